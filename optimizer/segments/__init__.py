"""The rules of thumb: ABC, XYZ, supplier risk, and the policies they allow."""

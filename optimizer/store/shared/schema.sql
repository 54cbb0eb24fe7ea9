-- Ballast: the schema of a PostgreSQL database that keeps runs, version 1.
--
-- An administrator runs it once in the database, PostgreSQL 15 or newer in UTF-8:
--
--     ballast schema | psql -v ON_ERROR_STOP=1 postgresql://ADMINISTRATOR@HOST/DATABASE
--
-- It changes all or nothing, and running it again changes nothing.  A newer script brings an older
-- schema up to date; an older script refuses a newer schema.  Everything is in the schema `ballast`;
-- the roles `ballast_reader` and `ballast_planner` are created where they are missing.
--
-- `entries` and `files` hold every entry of a results folder bit for bit.  The other tables hold the
-- rows of the same runs for psql, Excel and Power BI; they are written in the same transaction and go
-- with their entry.  Loss curves (17 rows a SKU) and strikes (about 100 rows a future) add up to no
-- sum of money and are only in the files: `ballast sql` asks them.
-- Money is in the currency of the run (runs.currency) and over its horizon, a year by default.

BEGIN;
SET LOCAL client_min_messages = warning;

DO $$
BEGIN
    IF pg_catalog.getdatabaseencoding() <> 'UTF8' THEN
        RAISE EXCEPTION 'this database is in %, which cannot hold every name; create one in UTF8',
            pg_catalog.getdatabaseencoding();
    END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS ballast;

CREATE TABLE IF NOT EXISTS ballast.schema_version (
    version integer PRIMARY KEY,
    applied_by text NOT NULL DEFAULT current_user,
    applied_at timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF (SELECT max(version) FROM ballast.schema_version) > 1 THEN
        RAISE EXCEPTION 'this database has a newer schema, version %: run the script of that version',
            (SELECT max(version) FROM ballast.schema_version);
    END IF;
END
$$;

-- Version 1: what is kept.

CREATE TABLE IF NOT EXISTS ballast.entries (
    entry text PRIMARY KEY,
    version text NOT NULL,
    pushed_by text NOT NULL DEFAULT current_user,
    pushed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS ballast.files (
    entry text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    path text NOT NULL,
    part integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (entry, path, part)
);
ALTER TABLE ballast.files ALTER COLUMN content SET STORAGE EXTERNAL;  -- most are compressed already

CREATE OR REPLACE FUNCTION ballast.note_who_and_when() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    NEW.pushed_by := session_user;
    NEW.pushed_at := now();
    RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS note_who_and_when ON ballast.entries;
CREATE TRIGGER note_who_and_when BEFORE INSERT OR UPDATE ON ballast.entries
    FOR EACH ROW EXECUTE FUNCTION ballast.note_who_and_when();

-- Version 1: the rows of runs.

CREATE TABLE IF NOT EXISTS ballast.stated (
    run text PRIMARY KEY REFERENCES ballast.entries ON DELETE CASCADE,
    kind text NOT NULL,
    plans bigint,
    parent text,
    portfolio text,
    overrides text,
    status text,
    plan_sha256 text,
    plan_of text,
    objective double precision,
    bound double precision,
    gap double precision,
    budget double precision,
    currency text,
    measure text,
    seconds double precision,
    created timestamptz
);

CREATE TABLE IF NOT EXISTS ballast.states (
    entry text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    step integer NOT NULL,
    run text NOT NULL,
    state text NOT NULL,
    taken_by text NOT NULL,
    taken_at timestamptz NOT NULL,
    note text NOT NULL,
    target text NOT NULL,
    manifest text NOT NULL,
    plan text NOT NULL,
    PRIMARY KEY (entry, step)
);
CREATE INDEX IF NOT EXISTS states_run ON ballast.states (run);

CREATE OR REPLACE VIEW ballast.runs AS
SELECT
    run, kind, plans, parent, portfolio, overrides, status,
    CASE WHEN plan_sha256 IS NOT NULL THEN
        coalesce((
            SELECT state FROM ballast.states
            WHERE states.run = stated.run AND states.plan = stated.plan_sha256
            ORDER BY step DESC LIMIT 1
        ), 'draft')
    END AS state,
    plan_of, objective, bound, gap, budget, currency, measure, seconds, created
FROM ballast.stated;

CREATE TABLE IF NOT EXISTS ballast.plans (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    sku text NOT NULL,
    segment text,
    policy text,
    service_level double precision,
    reserve_days double precision,
    lot_factor double precision,
    order_quantity double precision,
    reorder_point double precision,
    safety_stock double precision,
    reserve_units double precision,
    mean_on_hand double precision,
    lot_days double precision,
    lot_days_min double precision,
    cover_days double precision,
    alternates text,
    demand_mean double precision,
    demand_std double precision,
    demand_mean_error double precision,
    demand_interval_days double precision,
    capital double precision,
    carrying double precision,
    ordering double precision,
    purchasing double precision,
    routine_stockout double precision,
    qualification double precision,
    expected_loss double precision,
    tail_contribution double precision,
    fill_rate double precision,
    demand_model text,
    reason text,
    runner_up text,
    flip_price double precision,
    runner_up_gap double precision,
    stockout_cost double precision,
    flip_stockout_cost double precision,
    outage_probability double precision,
    flip_outage_probability double precision,
    time_to_recover double precision,
    waiting_share double precision,
    description text,
    category text,
    region text,
    primary_supplier text
);
CREATE INDEX IF NOT EXISTS plans_run ON ballast.plans (run);

CREATE TABLE IF NOT EXISTS ballast.expected (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    sku text NOT NULL,
    hazard text NOT NULL,
    expected_loss double precision NOT NULL
);
CREATE INDEX IF NOT EXISTS expected_run ON ballast.expected (run);

CREATE TABLE IF NOT EXISTS ballast.losses (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    scenario bigint NOT NULL,
    probability double precision NOT NULL,
    loss double precision NOT NULL,
    weight double precision
);
CREATE INDEX IF NOT EXISTS losses_run ON ballast.losses (run);

CREATE TABLE IF NOT EXISTS ballast.qualifications (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    sku text NOT NULL,
    supplier text NOT NULL,
    cost double precision NOT NULL
);
CREATE INDEX IF NOT EXISTS qualifications_run ON ballast.qualifications (run);

CREATE TABLE IF NOT EXISTS ballast.onboardings (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    supplier text NOT NULL,
    cost double precision NOT NULL,
    skus bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS onboardings_run ON ballast.onboardings (run);

CREATE TABLE IF NOT EXISTS ballast.decisions (
    run text NOT NULL REFERENCES ballast.entries ON DELETE CASCADE,
    rank bigint NOT NULL,
    sku text NOT NULL,
    description text,
    category text,
    supplier text,
    option text,
    to_option text,
    reorder_point double precision,
    to_reorder_point double precision,
    order_quantity double precision,
    to_order_quantity double precision,
    buffer double precision,
    to_buffer double precision,
    alternates text,
    to_alternates text,
    capital_change double precision,
    expected_cost_change double precision,
    risk_charge_change double precision,
    saving double precision,
    cumulative_saving double precision,
    worth double precision,
    reason text,
    decision text,
    decided_by text,
    decision_reason text,
    list text
);
CREATE INDEX IF NOT EXISTS decisions_run ON ballast.decisions (run);

-- Version 1: what it means.

COMMENT ON SCHEMA ballast IS 'Runs of Ballast, shared by a team';
COMMENT ON TABLE ballast.schema_version IS 'Versions of this schema that were applied';
COMMENT ON TABLE ballast.entries IS 'Runs, their states and their inputs; deleting a row deletes all of it';
COMMENT ON COLUMN ballast.entries.entry IS 'name in a results folder: RUN, RUN.states.jsonl, .inputs/SHA256.csv';
COMMENT ON COLUMN ballast.entries.version IS 'SHA-256 of its files with their names';
COMMENT ON COLUMN ballast.entries.pushed_by IS 'database role that wrote it';
COMMENT ON COLUMN ballast.entries.pushed_at IS 'when';
COMMENT ON TABLE ballast.files IS 'Files of the entries, bit for bit';
COMMENT ON COLUMN ballast.files.path IS 'name within the entry; empty where the entry is one file';
COMMENT ON COLUMN ballast.files.part IS '0, 1, 2, ... in order, of 16 MiB each but the last';

COMMENT ON VIEW ballast.runs IS 'One row per run, frontier, what-ifs or alternatives';
COMMENT ON COLUMN ballast.runs.run IS 'name';
COMMENT ON COLUMN ballast.runs.kind IS 'run, frontier, risk weights, what-if, alternatives, audit or comparison';
COMMENT ON COLUMN ballast.runs.plans IS 'how many plans it has, of all but runs [count]';
COMMENT ON COLUMN ballast.runs.parent IS 'the frontier, what-ifs or alternatives it belongs to';
COMMENT ON COLUMN ballast.runs.portfolio IS 'where its inputs were read, as its manifest states: relative to the results folder, or whole';
COMMENT ON COLUMN ballast.runs.overrides IS 'settings overridden for it';
COMMENT ON COLUMN ballast.runs.status IS 'optimal: within the requested gap; feasible: not; damaged, or of another version';
COMMENT ON COLUMN ballast.runs.state IS 'draft, approved or exported, of runs only';
COMMENT ON COLUMN ballast.runs.plan_of IS 'run whose plan was the plan in force';
COMMENT ON COLUMN ballast.runs.objective IS 'expected cost and risk charge [currency]';
COMMENT ON COLUMN ballast.runs.bound IS 'no plan costs less [currency]';
COMMENT ON COLUMN ballast.runs.gap IS '(objective - bound)/|objective| [-]';
COMMENT ON COLUMN ballast.runs.budget IS 'limit on capital; null: none [currency]';
COMMENT ON COLUMN ballast.runs.currency IS 'of all money of the run';
COMMENT ON COLUMN ballast.runs.measure IS 'risk measure: cvar or var';
COMMENT ON COLUMN ballast.runs.seconds IS 'how long it took [s]';
COMMENT ON COLUMN ballast.runs.created IS 'when it ended';
COMMENT ON TABLE ballast.stated IS 'What the runs state of themselves; runs adds their state';

COMMENT ON TABLE ballast.states IS 'One row per step of a plan';
COMMENT ON COLUMN ballast.states.step IS '1, 2, ... in the order they were taken';
COMMENT ON COLUMN ballast.states.state IS 'draft, approved or exported';
COMMENT ON COLUMN ballast.states.taken_by IS 'who took the step, by name';
COMMENT ON COLUMN ballast.states.taken_at IS 'when';
COMMENT ON COLUMN ballast.states.note IS 'why, where that was said';
COMMENT ON COLUMN ballast.states.target IS 'what it was exported for; empty otherwise';
COMMENT ON COLUMN ballast.states.manifest IS 'SHA-256 of the manifest of the run at that time';
COMMENT ON COLUMN ballast.states.plan IS 'SHA-256 of the plan that the step is of';

COMMENT ON TABLE ballast.plans IS 'What each run decides for each SKU, and its costs';
COMMENT ON COLUMN ballast.plans.sku IS 'key of the stock-keeping unit';
COMMENT ON COLUMN ballast.plans.segment IS 'value class, variability and supplier risk: A-X-high';
COMMENT ON COLUMN ballast.plans.policy IS 'chosen policy';
COMMENT ON COLUMN ballast.plans.service_level IS 'its cycle service level: probability of no stockout in an order cycle [-]';
COMMENT ON COLUMN ballast.plans.reserve_days IS 'reserve on top of the reorder point [day]';
COMMENT ON COLUMN ballast.plans.lot_factor IS 'multiplies the lot of the rule of the policy [-]';
COMMENT ON COLUMN ballast.plans.order_quantity IS 'lot Q, in whole multiples [unit]';
COMMENT ON COLUMN ballast.plans.reorder_point IS 'r, without the reserve: order when the inventory position falls to r plus the reserve [unit]';
COMMENT ON COLUMN ballast.plans.safety_stock IS 'r + reserve - demand over the lead time; negative if less than that demand is kept [unit]';
COMMENT ON COLUMN ballast.plans.reserve_units IS 'reserve [unit]';
COMMENT ON COLUMN ballast.plans.mean_on_hand IS 'mean stock on hand [unit]';
COMMENT ON COLUMN ballast.plans.lot_days IS 'lot/demand [day]';
COMMENT ON COLUMN ballast.plans.lot_days_min IS 'minimum lot of forward buying; 0 otherwise [day]';
COMMENT ON COLUMN ballast.plans.cover_days IS 'mean on hand/demand, the mean time to survive; Infinity without demand [day]';
COMMENT ON COLUMN ballast.plans.alternates IS 'suppliers, joined by ;';
COMMENT ON COLUMN ballast.plans.demand_mean IS 'mean demand used for planning [unit/day]';
COMMENT ON COLUMN ballast.plans.demand_std IS 'its standard deviation from day to day [unit/day]';
COMMENT ON COLUMN ballast.plans.demand_mean_error IS 'standard error of its mean [unit/day]';
COMMENT ON COLUMN ballast.plans.demand_interval_days IS 'mean time from one demand to the next [day]';
COMMENT ON COLUMN ballast.plans.capital IS 'tied up on own books, without the cash for qualifications [currency]';
COMMENT ON COLUMN ballast.plans.carrying IS 'cost of holding stock [currency]';
COMMENT ON COLUMN ballast.plans.ordering IS 'cost of placing orders [currency]';
COMMENT ON COLUMN ballast.plans.purchasing IS 'premiums of alternate sources [currency]';
COMMENT ON COLUMN ballast.plans.routine_stockout IS 'cost of stockouts without disruptions [currency]';
COMMENT ON COLUMN ballast.plans.qualification IS 'yearly cost of qualifying sources [currency]';
COMMENT ON COLUMN ballast.plans.expected_loss IS 'expected loss to disruptions, exact; sums to the total [currency]';
COMMENT ON COLUMN ballast.plans.tail_contribution IS 'part of CVaR; sums to CVaR [currency]';
COMMENT ON COLUMN ballast.plans.fill_rate IS 'share of units served from stock, without disruptions [-]';
COMMENT ON COLUMN ballast.plans.demand_model IS 'demand law: gamma, or discrete';
COMMENT ON COLUMN ballast.plans.reason IS 'why this option';
COMMENT ON COLUMN ballast.plans.runner_up IS 'the next best option; empty if there is no other';
COMMENT ON COLUMN ballast.plans.flip_price IS 'nearest price of capital at which another option would be as good [currency/currency]';
COMMENT ON COLUMN ballast.plans.runner_up_gap IS 'how much higher the priced cost of the runner-up is [currency]';
COMMENT ON COLUMN ballast.plans.stockout_cost IS 'daily stockout cost today [currency/day]';
COMMENT ON COLUMN ballast.plans.flip_stockout_cost IS 'nearest stockout cost at which another option would be as good [currency/day]';
COMMENT ON COLUMN ballast.plans.outage_probability IS 'probability that the primary supplier is struck within a year [-]';
COMMENT ON COLUMN ballast.plans.flip_outage_probability IS 'nearest outage probability at which another option would be as good [-]';
COMMENT ON COLUMN ballast.plans.time_to_recover IS 'of the primary supplier, to compare with cover_days; null if none is stated [day]';
COMMENT ON COLUMN ballast.plans.waiting_share IS 'share of time with a customer waiting, without disruptions [-]';
COMMENT ON COLUMN ballast.plans.description IS 'as given';
COMMENT ON COLUMN ballast.plans.category IS 'category of the SKU';
COMMENT ON COLUMN ballast.plans.region IS 'region of its primary supplier';
COMMENT ON COLUMN ballast.plans.primary_supplier IS 'its primary supplier';

COMMENT ON TABLE ballast.expected IS 'Exact expected loss by SKU and hazard; pairs without any are left out';
COMMENT ON COLUMN ballast.expected.sku IS 'the SKU';
COMMENT ON COLUMN ballast.expected.hazard IS 'the hazard';
COMMENT ON COLUMN ballast.expected.expected_loss IS 'adds up to the total of the plan [currency]';

COMMENT ON TABLE ballast.losses IS 'The loss in each future';
COMMENT ON COLUMN ballast.losses.scenario IS 'the future: 0, 1, 2, ...';
COMMENT ON COLUMN ballast.losses.probability IS 'its probability [-]';
COMMENT ON COLUMN ballast.losses.loss IS 'what the plan loses in it [currency]';
COMMENT ON COLUMN ballast.losses.weight IS 'what one more unit of loss in it would add to the objective [-]';

COMMENT ON TABLE ballast.qualifications IS 'Sources to qualify';
COMMENT ON COLUMN ballast.qualifications.sku IS 'the SKU';
COMMENT ON COLUMN ballast.qualifications.supplier IS 'to be qualified for it';
COMMENT ON COLUMN ballast.qualifications.cost IS 'cash, once [currency]';

COMMENT ON TABLE ballast.onboardings IS 'Suppliers to onboard';
COMMENT ON COLUMN ballast.onboardings.supplier IS 'to be onboarded';
COMMENT ON COLUMN ballast.onboardings.cost IS 'cash, once [currency]';
COMMENT ON COLUMN ballast.onboardings.skus IS 'SKUs it backs up [count]';

COMMENT ON TABLE ballast.decisions IS 'Changes that re-optimized runs propose; to_ is of the new plan';
COMMENT ON COLUMN ballast.decisions.rank IS 'in order of money';
COMMENT ON COLUMN ballast.decisions.sku IS 'the SKU';
COMMENT ON COLUMN ballast.decisions.description IS 'as given';
COMMENT ON COLUMN ballast.decisions.category IS 'category of the SKU';
COMMENT ON COLUMN ballast.decisions.supplier IS 'its primary supplier';
COMMENT ON COLUMN ballast.decisions.option IS 'option in force';
COMMENT ON COLUMN ballast.decisions.to_option IS 'new option';
COMMENT ON COLUMN ballast.decisions.reorder_point IS 'in force [unit]';
COMMENT ON COLUMN ballast.decisions.to_reorder_point IS 'new [unit]';
COMMENT ON COLUMN ballast.decisions.order_quantity IS 'in force [unit]';
COMMENT ON COLUMN ballast.decisions.to_order_quantity IS 'new [unit]';
COMMENT ON COLUMN ballast.decisions.buffer IS 'safety stock with its reserve, in force [unit]';
COMMENT ON COLUMN ballast.decisions.to_buffer IS 'safety stock with its reserve, new [unit]';
COMMENT ON COLUMN ballast.decisions.alternates IS 'suppliers in force, joined by ;';
COMMENT ON COLUMN ballast.decisions.to_alternates IS 'new suppliers, joined by ;';
COMMENT ON COLUMN ballast.decisions.capital_change IS 'more capital tied up [currency]';
COMMENT ON COLUMN ballast.decisions.expected_cost_change IS 'more expected cost [currency]';
COMMENT ON COLUMN ballast.decisions.risk_charge_change IS 'more risk charge [currency]';
COMMENT ON COLUMN ballast.decisions.saving IS 'what the objective falls by after those ranked before [currency]';
COMMENT ON COLUMN ballast.decisions.cumulative_saving IS 'saving so far, in order of rank [currency]';
COMMENT ON COLUMN ballast.decisions.worth IS 'what it saves at the prices of the plan, capital included [currency]';
COMMENT ON COLUMN ballast.decisions.reason IS 'why';
COMMENT ON COLUMN ballast.decisions.decision IS 'accept, reject or later; empty: undecided';
COMMENT ON COLUMN ballast.decisions.decided_by IS 'who decided';
COMMENT ON COLUMN ballast.decisions.decision_reason IS 'why so decided';
COMMENT ON COLUMN ballast.decisions.list IS 'identifies the list';

-- Who may do what.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ballast_reader') THEN
        CREATE ROLE ballast_reader NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ballast_planner') THEN
        CREATE ROLE ballast_planner NOLOGIN;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA ballast TO ballast_reader, ballast_planner;
GRANT SELECT ON ALL TABLES IN SCHEMA ballast TO ballast_reader, ballast_planner;
GRANT INSERT (entry, version), UPDATE (version) ON ballast.entries TO ballast_planner;
GRANT INSERT, DELETE ON
    ballast.files, ballast.stated, ballast.states, ballast.plans, ballast.expected, ballast.losses,
    ballast.qualifications, ballast.onboardings, ballast.decisions
TO ballast_planner;

INSERT INTO ballast.schema_version (version) VALUES (1) ON CONFLICT DO NOTHING;
COMMIT;

ALTER TABLE consents RENAME TO unpacked_consents;
CREATE TABLE IF NOT EXISTS packed_consents (customer_id BIGINT[], channel VARCHAR[], from_day DATE[], to_day DATE[], state VARCHAR[], read_at TIMESTAMP[], last_day DATE NOT NULL);
CREATE VIEW consents AS SELECT customer_id, channel, from_day, to_day, state, read_at FROM unpacked_consents
     UNION ALL SELECT unnest(p.customer_id) AS customer_id, unnest(p.channel) AS channel, unnest(p.from_day) AS from_day, unnest(p.to_day) AS to_day, unnest(p.state) AS state, unnest(p.read_at) AS read_at FROM packed_consents p;
ALTER TABLE stock_levels RENAME TO unpacked_stock_levels;
CREATE TABLE IF NOT EXISTS packed_stock_levels (inventory_item_id BIGINT[], location_id BIGINT[], from_day DATE[], to_day DATE[], available INTEGER[], on_hand INTEGER[], committed INTEGER[], incoming INTEGER[], read_at TIMESTAMP[], last_day DATE NOT NULL);
CREATE VIEW stock_levels AS SELECT inventory_item_id, location_id, from_day, to_day, available, on_hand, committed, incoming, read_at FROM unpacked_stock_levels
     UNION ALL SELECT unnest(p.inventory_item_id) AS inventory_item_id, unnest(p.location_id) AS location_id, unnest(p.from_day) AS from_day, unnest(p.to_day) AS to_day, unnest(p.available) AS available, unnest(p.on_hand) AS on_hand, unnest(p.committed) AS committed, unnest(p.incoming) AS incoming, unnest(p.read_at) AS read_at FROM packed_stock_levels p;
ALTER TABLE unit_costs RENAME TO unpacked_unit_costs;
CREATE TABLE IF NOT EXISTS packed_unit_costs (inventory_item_id BIGINT[], from_day DATE[], to_day DATE[], cost BIGINT[], currency VARCHAR[], read_at TIMESTAMP[], last_day DATE NOT NULL);
CREATE VIEW unit_costs AS SELECT inventory_item_id, from_day, to_day, cost, currency, read_at FROM unpacked_unit_costs
     UNION ALL SELECT unnest(p.inventory_item_id) AS inventory_item_id, unnest(p.from_day) AS from_day, unnest(p.to_day) AS to_day, unnest(p.cost) AS cost, unnest(p.currency) AS currency, unnest(p.read_at) AS read_at FROM packed_unit_costs p;
ALTER TABLE shopify_segments RENAME TO unpacked_shopify_segments;
CREATE TABLE IF NOT EXISTS packed_shopify_segments (segment_id BIGINT[], from_day DATE[], to_day DATE[], name VARCHAR[], query VARCHAR[], read_at TIMESTAMP[], last_day DATE NOT NULL);
CREATE VIEW shopify_segments AS SELECT segment_id, from_day, to_day, name, query, read_at FROM unpacked_shopify_segments
     UNION ALL SELECT unnest(p.segment_id) AS segment_id, unnest(p.from_day) AS from_day, unnest(p.to_day) AS to_day, unnest(p.name) AS name, unnest(p.query) AS query, unnest(p.read_at) AS read_at FROM packed_shopify_segments p;
ALTER TABLE segment_members RENAME TO unpacked_segment_members;
CREATE TABLE IF NOT EXISTS packed_segment_members (segment_id BIGINT[], customer_id BIGINT[], from_day DATE[], to_day DATE[], read_at TIMESTAMP[], last_day DATE NOT NULL);
CREATE VIEW segment_members AS SELECT segment_id, customer_id, from_day, to_day, read_at FROM unpacked_segment_members
     UNION ALL SELECT unnest(p.segment_id) AS segment_id, unnest(p.customer_id) AS customer_id, unnest(p.from_day) AS from_day, unnest(p.to_day) AS to_day, unnest(p.read_at) AS read_at FROM packed_segment_members p;

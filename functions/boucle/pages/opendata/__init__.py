"""The data files beside a release: CSV, Data Package, table schemas, DCAT."""

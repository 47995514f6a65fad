"""What was measured, as records: figures with intervals, tables and curves."""

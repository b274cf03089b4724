"""Plan to program: each part of a company adds its columns, rows and curves."""

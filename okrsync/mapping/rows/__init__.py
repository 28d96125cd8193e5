"""Makes objectives and key results of rows, and says what makes a row this row."""

"""The rules as dated tables with their source, and pure functions over them."""

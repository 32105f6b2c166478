"""A yearly work plan (SKP): what will be achieved, how it is measured, and who agreed it."""

"""When a year is assessed, as planning's calendar says."""

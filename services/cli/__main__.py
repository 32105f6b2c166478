"""`python -m services.cli` is `jejak`."""

from services.cli import main

main()

"""`python -m qualitygate`."""

from qualitygate.cli import main

if __name__ == "__main__":
    main()

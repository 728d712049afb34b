"""``hotline`` and ``python -m hotline``."""

import sys

from hotline import cli


def main() -> int:
    """Does what the command line says; the exit code."""
    return cli.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

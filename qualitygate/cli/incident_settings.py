"""What the configuration says of incidents: that of the incident directory, wherever a command is run from."""

from __future__ import annotations

from pathlib import Path

from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.settings import IncidentSettings


def settings_of(root: Path) -> IncidentSettings:
    """The settings that hold for the incidents below a directory.

    The configuration is looked for from that directory upwards. Only where there is none, that of the working
    directory holds, so that nobody evades the control board by standing elsewhere.

    Raises:
        ConfigError: Whatever is wrong with the configuration.
    """
    path = find_config(root) or find_config(Path.cwd())
    return load_config(path).incident if path else IncidentSettings()

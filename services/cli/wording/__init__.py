"""What `jejak` says, in Indonesian and in English, with a room for each verb that says much."""

from services.cli.wording import bench, keys, letters, log, playing, rebuild, running

ROOMS = (bench, keys, letters, log, playing, rebuild, running)
WORDING: dict[str, tuple[str, str]] = {key: text for room in ROOMS for key, text in room.TEXTS.items()}

"""What a run will do, worked out before the first picture is decoded: `plan` puts the parts together."""

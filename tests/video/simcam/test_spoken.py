"""The film with sound: pictures and G.711 of the same length, made once."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from custodes.video.simcam.film import FILE, SAMPLES, SECONDS, make_spoken


def test_the_help_points_film_has_pictures_and_the_tones_of_a_call(tmp_path: Path) -> None:
    path = make_spoken(tmp_path)
    assert path == tmp_path / FILE
    made = path.stat()
    assert make_spoken(tmp_path).stat().st_mtime_ns == made.st_mtime_ns, "once"
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    with av.open(str(path)) as film:
        assert [(stream.type, stream.codec_context.name) for stream in film.streams] == [
            ("video", "h264"),
            ("audio", "pcm_alaw"),
        ]
        assert film.streams.audio[0].rate == SAMPLES
        heard = np.concatenate([frame.to_ndarray().reshape(-1) for frame in film.decode(audio=0)]).astype(int)
    assert len(heard) == SECONDS * SAMPLES
    seconds = np.abs(heard.reshape(-1, SAMPLES // 4)).max(axis=1)
    assert seconds.max() > 5000
    assert (seconds < 200).mean() > 0.3, "between calls it is quiet"
    assert made.st_size * 8 / SECONDS < 500_000, "within a training installation's rate"

"""Draws the logo and the subtitles that `alignment` lays over films.

    make_overlays.py WIDTH HEIGHT FOLDER

Writes logo.png, and subtitle-0.png to subtitle-4.png, transparent and as large as the film. Pillow
brings its own font, so nothing depends on what the system has installed.
"""

import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

WORDS = [
    "Where were you last night?",
    "I was at the harbour,\nwaiting for the boat.",
    "Nobody saw you there.",
    "Then nobody looked.",
    "We will ask again tomorrow.",
]

width, height = int(sys.argv[1]), int(sys.argv[2])
folder = pathlib.Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)

logo = Image.new("RGBA", (width, height), (0, 0, 0, 0))
draw = ImageDraw.Draw(logo)
side = width // 8
left, top = width - side - width // 40, width // 40
draw.ellipse((left, top, left + side, top + side * 2 // 3), fill=(20, 60, 180, 230))
draw.text(
    (left + side / 2, top + side / 3),
    "TV 5",
    font=ImageFont.load_default(side / 4),
    fill="white",
    anchor="mm",
)
logo.save(folder / "logo.png")

for number, words in enumerate(WORDS):
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(picture).multiline_text(
        (width / 2, height * 0.95),
        words,
        font=ImageFont.load_default(height / 15),
        fill="white",
        stroke_width=max(1, height // 200),
        stroke_fill="black",
        anchor="md",
        align="center",
    )
    picture.save(folder / f"subtitle-{number}.png")

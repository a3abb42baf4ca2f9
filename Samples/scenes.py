"""Draws the scenes that the sample pictures and clips are made of.

Every scene is a function of a seed: the same seed gives the same pixels with the same versions of
Pillow and numpy. A scene is drawn in units of an 800 x 600 sheet, whatever its size in pixels, at
twice the size asked for, and then reduced, so that edges are smooth as in a photograph.
"""

import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw


class Sheet:
    """A picture under construction, 800 units wide and 600 high."""

    def __init__(self, width, height, seed):
        self.size = (width, height)
        self.scale = width * 2 / 800
        self.image = Image.new("RGB", (width * 2, height * 2))
        self.pen = ImageDraw.Draw(self.image)
        self.random = random.Random(seed)
        self.noise = np.random.default_rng(seed)

    def points(self, points):
        return [(x * self.scale, y * self.scale) for x, y in points]

    def polygon(self, points, fill):
        self.pen.polygon(self.points(points), fill=fill)

    def box(self, x, y, width, height, fill):
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill)

    def disc(self, x, y, across, down=None, fill=None):
        down = across if down is None else down
        (a, b), (c, d) = self.points([(x - across, y - down), (x + across, y + down)])
        self.pen.ellipse([a, b, c, d], fill=fill)

    def line(self, points, fill, width=2):
        self.pen.line(
            self.points(points), fill=fill, width=max(1, round(width * self.scale)), joint="curve"
        )

    def gradient(self, top, bottom, colours):
        """Bands of colour that run into each other, from unit `top` to unit `bottom`."""
        first, last = int(top * self.scale), int(bottom * self.scale)
        steps = np.linspace(0, len(colours) - 1, max(2, last - first))
        table = np.array(colours, float)
        lower = np.minimum(steps.astype(int), len(colours) - 2)
        part = (steps - lower)[:, None]
        column = table[lower] * (1 - part) + table[lower + 1] * part
        rows = np.repeat(column[:, None, :], self.image.width, 1)
        self.image.paste(Image.fromarray(rows.round().astype(np.uint8)), (0, first))

    def fractal(self, cell=90, octaves=4, stretch=1.0):
        """Smooth noise of several sizes over the sheet, 0 ... 1; `stretch` widens its patches."""
        total = np.zeros((self.image.height // 4, self.image.width // 4))
        height, weight = cell * self.scale / 4, 1.0
        for _ in range(octaves):
            rows = max(2, int(total.shape[0] / height) + 2)
            columns = max(2, int(total.shape[1] / (height * stretch)) + 2)
            patch = Image.fromarray(self.noise.random((rows, columns)).astype(np.float32))
            total += weight * np.asarray(patch.resize(total.shape[::-1], Image.BICUBIC))
            height, weight = max(2, height / 2), weight / 2
        low, high = total.min(), total.max()
        return (total - low) / (high - low)

    def textured(self, points, colour, depth=0.25, cell=40, stretch=1.0):
        """A polygon whose colour varies with smooth noise: earth, foliage, water, plaster."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(self.points(points), fill=255)
        shade = 1 + depth * (2 * self.fractal(cell, 4, stretch) - 1)
        cloth = np.clip(np.array(colour)[None, None, :] * shade[:, :, None], 0, 255)
        cloth = Image.fromarray(cloth.astype(np.uint8)).resize(self.image.size, Image.BILINEAR)
        self.image.paste(cloth, (0, 0), mask)

    def glow(self, x, y, radius, colour, strength=1.0):
        """Light added around a point."""
        height, width = self.image.height // 4, self.image.width // 4
        rows, columns = np.mgrid[0:height, 0:width]
        away = np.hypot(columns - x * self.scale / 4, rows - y * self.scale / 4)
        fall = np.clip(1 - away / (radius * self.scale / 4), 0, 1) ** 2 * strength
        light = (fall[:, :, None] * np.array(colour)).astype(np.uint8)
        light = Image.fromarray(light).resize(self.image.size, Image.BILINEAR)
        self.image = ImageChops.add(self.image, light)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self):
        """The picture at the size asked for, with a little grain as from a sensor."""
        picture = self.image.resize(self.size, Image.BOX)
        grain = self.noise.normal(0, 1.2, (self.size[1], self.size[0]))
        samples = np.asarray(picture).astype(np.float32) + grain[:, :, None]
        return Image.fromarray(np.clip(samples, 0, 255).astype(np.uint8))


def shaded(colour, factor):
    return tuple(int(min(255, max(0, channel * factor))) for channel in colour)


def clouds(sheet, count, bottom, colour=(250, 250, 252)):
    for _ in range(count):
        x, y = sheet.random.uniform(0, 800), sheet.random.uniform(20, bottom)
        size = sheet.random.uniform(18, 42)
        for k in range(7):
            away = (k - 3) * size * 0.55
            lift = size * (0.5 - abs(k - 3) * 0.12) * sheet.random.uniform(0.7, 1.2)
            sheet.disc(x + away, y - lift * 0.6 + 5, size * 0.8, size * 0.5, shaded(colour, 0.88))
        for k in range(7):
            away = (k - 3) * size * 0.55
            lift = size * (0.5 - abs(k - 3) * 0.12) * sheet.random.uniform(0.7, 1.2)
            sheet.disc(x + away, y - lift, size * 0.7, size * 0.45, colour)


def ridge(sheet, level, height, roughness, colour, depth=0.3, snow=None):
    """A chain of hills or mountains across the sheet."""
    points = [(-10, level)]
    phases = [sheet.random.uniform(0, 2 * math.pi) for _ in range(6)]
    for x in range(-10, 821, 6):
        rise = sum(
            math.sin(x / 800 * 2 * math.pi * (k * roughness + 0.7) + phase) / (k + 1)
            for k, phase in enumerate(phases)
        )
        if roughness > 1.5:
            rise += sheet.random.uniform(-0.12, 0.12)
        points.append((x, level - height * (0.55 + 0.4 * rise)))
    sheet.textured(points + [(820, 610), (-10, 610)], colour, depth)
    if snow is not None:
        for (x, y), (right, below) in zip(points[1:], points[2:]):
            if y < level - height * 0.62:
                fall = (level - height * 0.62 - y) * sheet.random.uniform(0.5, 1.0)
                sheet.polygon(
                    [(x, y), (right, below), (right - 2, below + fall), (x, y + fall)], snow
                )
    return points


def tree(sheet, x, foot, size, colour=(58, 104, 48)):
    sheet.polygon(
        [
            (x - size * 0.07, foot),
            (x + size * 0.07, foot),
            (x + size * 0.03, foot - size),
            (x - size * 0.03, foot - size),
        ],
        (84, 62, 42),
    )
    for shade, count in ((0.65, 16), (0.95, 20), (1.25, 14)):
        for _ in range(count):
            angle, away = sheet.random.uniform(0, 2 * math.pi), sheet.random.random() ** 0.5
            sheet.disc(
                x + math.cos(angle) * away * size * 0.42 - (shade - 0.95) * size * 0.25,
                foot
                - size * 0.95
                + math.sin(angle) * away * size * 0.4
                - (shade - 0.95) * size * 0.3,
                size * sheet.random.uniform(0.07, 0.16),
                fill=shaded(colour, shade),
            )


def pine(sheet, x, foot, size, colour=(34, 74, 52), snow=False):
    sheet.box(x - size * 0.03, foot - size * 0.15, size * 0.06, size * 0.15, (70, 50, 36))
    for k in range(5):
        top = foot - size * (1 - k * 0.17)
        wide, low = size * (0.10 + 0.055 * k), top + size * 0.28
        sheet.polygon([(x, top), (x + wide, low), (x - wide, low)], shaded(colour, 0.75 + k * 0.06))
        sheet.polygon([(x, top), (x - wide, low), (x - wide * 0.2, low)], shaded(colour, 1.2))
        if snow:
            sheet.polygon(
                [
                    (x, top),
                    (x - wide * 0.75, low - size * 0.07),
                    (x - wide * 0.2, low - size * 0.11),
                    (x + wide * 0.2, low - size * 0.06),
                    (x + wide * 0.4, low - size * 0.13),
                ],
                (236, 241, 248),
            )


def window(sheet, x, y, width, height, pane, frame=(240, 236, 226)):
    sheet.box(x - 2, y - 2, width + 4, height + 4, frame)
    sheet.box(x, y, width, height, pane)
    sheet.polygon([(x, y), (x + width, y), (x, y + height)], shaded(pane, 1.35))
    sheet.line([(x + width / 2, y), (x + width / 2, y + height)], frame, 1.5)
    sheet.line([(x, y + height / 2), (x + width, y + height / 2)], frame, 1.5)


def house(sheet, x, foot, width, height, wall, roof, pane=(70, 92, 118), snow=False):
    side = [(x, foot), (x + width, foot), (x + width, foot - height), (x, foot - height)]
    sheet.textured(side, wall, 0.12, 25)
    sheet.polygon(
        [
            (x + width * 0.78, foot),
            (x + width, foot),
            (x + width, foot - height),
            (x + width * 0.78, foot - height),
        ],
        shaded(wall, 0.72),
    )
    peak = foot - height - width * 0.42
    sheet.box(x + width * 0.68, peak - 2, width * 0.1, width * 0.3, shaded(roof, 0.6))
    gable = [
        (x - width * 0.08, foot - height),
        (x + width / 2, peak),
        (x + width * 1.08, foot - height),
    ]
    sheet.polygon(gable, roof)
    for k in range(1, 6):
        level = foot - height - (foot - height - peak) * k / 6
        reach = width * 0.58 * (1 - k / 6)
        sheet.line(
            [(x + width / 2 - reach, level), (x + width / 2 + reach, level)],
            shaded(roof, 0.75),
            1.2,
        )
    if snow:
        sheet.polygon(
            [
                gable[0],
                gable[1],
                gable[2],
                (x + width * 0.9, foot - height - 8),
                (x + width * 0.5, peak + 22),
                (x + width * 0.1, foot - height - 8),
            ],
            (238, 242, 249),
        )
    columns, rows = max(2, int(width // 34)), max(1, int(height // 44))
    for row in range(rows):
        for column in range(columns):
            left = x + width * (column + 0.5) / columns - 7
            level = foot - height + height * (row + 0.25) / rows
            if row == rows - 1 and column == columns // 2:
                sheet.box(left - 2, foot - 32, 19, 32, shaded(roof, 0.55))
                sheet.disc(left + 13, foot - 15, 1.3, fill=(220, 190, 90))
            else:
                window(sheet, left, level, 14, 18, pane)


def boat(sheet, x, y, size, hull, sail=(244, 240, 228)):
    sheet.polygon(
        [
            (x - size * 0.5, y),
            (x + size * 0.55, y),
            (x + size * 0.4, y + size * 0.18),
            (x - size * 0.38, y + size * 0.18),
        ],
        hull,
    )
    sheet.line(
        [(x - size * 0.47, y + size * 0.05), (x + size * 0.5, y + size * 0.05)],
        shaded(hull, 1.8),
        size * 0.025,
    )
    sheet.line([(x, y), (x, y - size * 1.05)], (92, 66, 44), size * 0.03)
    sheet.polygon(
        [
            (x + size * 0.03, y - size),
            (x + size * 0.03, y - size * 0.1),
            (x + size * 0.45, y - size * 0.1),
        ],
        sail,
    )
    sheet.polygon(
        [
            (x - size * 0.03, y - size * 0.92),
            (x - size * 0.03, y - size * 0.12),
            (x - size * 0.4, y - size * 0.12),
        ],
        shaded(sail, 0.8),
    )
    for k in range(1, 6):
        sheet.line(
            [
                (x - size * 0.4, y + size * (0.18 + k * 0.07)),
                (x + size * (0.4 - k * 0.05), y + size * (0.18 + k * 0.07)),
            ],
            shaded(hull, 0.8),
            1,
        )


def water(sheet, top, colours, bottom=600, ripples=160):
    sheet.gradient(top, bottom, colours)
    sheet.textured(
        [(0, top), (800, top), (800, bottom), (0, bottom)],
        tuple(sum(c[k] for c in colours) / len(colours) for k in range(3)),
        0.28,
        22,
        9,
    )
    for _ in range(ripples):
        depth = sheet.random.random() ** 1.6
        y, x = top + 4 + depth * (bottom - top - 8), sheet.random.uniform(0, 800)
        length = 10 + depth * 55
        shade = shaded(sheet.random.choice(colours), sheet.random.choice([0.72, 1.3]))
        sheet.line([(x, y), (x + length / 2, y - 1.5 - depth), (x + length, y)], shade, 1 + depth)


def harbour(width, height, seed=1):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 300, [(112, 162, 210), (190, 216, 232), (248, 232, 202)])
    clouds(sheet, 6, 130)
    ridge(sheet, 300, 70, 1.0, (112, 136, 128))
    for k, x in enumerate(range(-20, 800, 74)):
        wall = [(214, 150, 110), (226, 206, 160), (176, 196, 190), (208, 110, 90), (236, 232, 220)][
            k % 5
        ]
        house(sheet, x, 330, 70, 55 + (k * 37) % 60, wall, [(150, 66, 48), (96, 70, 66)][k % 2])
    water(sheet, 330, [(70, 112, 138), (52, 92, 124), (30, 62, 92)])
    sheet.textured([(480, 600), (800, 420), (800, 600)], (132, 120, 104), 0.3, 18)
    for k in range(9):
        sheet.box(500 + k * 36, 560 - k * 20, 8, 40, (70, 54, 42))
    for x, y, size, hull in (
        (120, 390, 70, (150, 40, 36)),
        (330, 372, 50, (36, 70, 120)),
        (620, 380, 58, (40, 96, 70)),
        (210, 490, 150, (30, 46, 84)),
        (430, 440, 100, (176, 120, 40)),
    ):
        boat(sheet, x, y, size, hull)
    for _ in range(9):
        x, y = sheet.random.uniform(40, 760), sheet.random.uniform(40, 200)
        sheet.line([(x - 9, y - 4), (x, y), (x + 9, y - 5)], (60, 62, 70), 1.6)
    return sheet.finished()


def lake(width, height, seed=2):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 330, [(60, 110, 180), (130, 176, 220), (236, 226, 216)])
    sheet.disc(620, 110, 34, fill=(255, 244, 206))
    sheet.glow(620, 110, 170, (120, 104, 60))
    clouds(sheet, 4, 90)
    ridge(sheet, 340, 230, 1.9, (112, 120, 142), 0.35, (242, 246, 252))
    ridge(sheet, 350, 90, 1.3, (62, 92, 84), 0.35)
    for _ in range(70):
        x = sheet.random.uniform(0, 800)
        pine(sheet, x, 352 + sheet.random.uniform(-6, 6), sheet.random.uniform(26, 58))
    water(sheet, 352, [(132, 168, 190), (70, 116, 140), (34, 70, 88)], 600, 240)
    sheet.textured(
        [(-5, 600), (-5, 470), (120, 500), (240, 560), (300, 610)], (94, 104, 58), 0.4, 16
    )
    for x, foot, size in ((30, 520, 270), (105, 545, 200), (180, 575, 140), (760, 600, 320)):
        pine(sheet, x, foot, size, (26, 60, 44))
    sheet.polygon([(330, 470), (470, 470), (450, 492), (352, 492)], (120, 70, 40))
    sheet.polygon([(330, 470), (470, 470), (466, 475), (334, 475)], (196, 140, 88))
    sheet.disc(385, 452, 9, 11, (206, 160, 130))
    sheet.box(374, 460, 24, 16, (160, 50, 46))
    sheet.line([(350, 455), (440, 500)], (210, 186, 140), 3)
    return sheet.finished()


def town(width, height, seed=3):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 420, [(150, 184, 214), (214, 224, 226), (246, 236, 214)])
    clouds(sheet, 5, 110)
    sheet.textured(
        [(0, 600), (0, 400), (330, 330), (470, 330), (800, 400), (800, 600)],
        (150, 142, 134),
        0.2,
        30,
    )
    for row in range(14):
        y = 340 + row * row * 1.35
        spread = 70 + (y - 330) * 1.3
        for k in range(-8, 9):
            sheet.disc(
                400 + k * spread / 8 + (row % 2) * spread / 16,
                y,
                spread / 22,
                2 + row * 0.5,
                shaded((170, 160, 150), sheet.random.uniform(0.75, 1.15)),
            )
    walls = [(222, 186, 122), (188, 100, 78), (232, 226, 208), (146, 168, 160), (206, 146, 112)]
    for side in (-1, 1):
        for k in range(5):
            inner, outer = 62 + k * 84, 62 + (k + 1) * 84
            low_in, low_out = 330 + k * 33, 330 + (k + 1) * 33
            top_in, top_out = 200 - k * 40 - (k * 53 % 30), 200 - (k + 1) * 40 - (k * 53 % 30)
            wall = walls[(k + (side > 0) * 2) % 5]
            corner = [
                (400 + side * inner, low_in),
                (400 + side * outer, low_out),
                (400 + side * outer, top_out),
                (400 + side * inner, top_in),
            ]
            sheet.textured(corner, shaded(wall, 1.05 if side < 0 else 0.8), 0.14, 22)
            roof = [
                (400 + side * inner, top_in),
                (400 + side * outer, top_out),
                (400 + side * (outer + 6), top_out - 34),
                (400 + side * (inner + 14), top_in - 26),
            ]
            sheet.polygon(roof, [(140, 62, 48), (92, 72, 70)][k % 2])
            for floor in range(4):
                for column in range(2):
                    a, b = 0.18 + column * 0.42, 0.42 + column * 0.42
                    spots = []
                    for part, level in ((a, 0), (b, 0), (b, 1), (a, 1)):
                        low = low_in + (low_out - low_in) * part
                        top = top_in + (top_out - top_in) * part
                        step = (low - top) / 4
                        y = top + step * (floor + 0.22 + 0.5 * level)
                        spots.append((400 + side * (inner + (outer - inner) * part), y))
                    sheet.polygon(
                        spots, (62, 78, 98) if (floor + column + k) % 3 else (250, 214, 140)
                    )
                    sheet.line(spots + spots[:1], (236, 230, 216), 1.5)
    sheet.box(372, 190, 56, 145, (190, 176, 156))
    sheet.polygon([(366, 190), (434, 190), (400, 70)], (84, 96, 92))
    sheet.disc(400, 222, 15, fill=(240, 236, 220))
    sheet.line([(400, 222), (400, 211)], (30, 30, 30), 2)
    sheet.line([(400, 222), (408, 226)], (30, 30, 30), 2)
    sheet.polygon([(388, 335), (388, 292), (400, 278), (412, 292), (412, 335)], (60, 44, 36))
    for x, foot, tall, coat in (
        (330, 470, 74, (150, 40, 50)),
        (452, 420, 48, (40, 60, 110)),
        (500, 540, 110, (60, 84, 60)),
        (300, 400, 40, (200, 170, 60)),
    ):
        sheet.polygon(
            [
                (x - tall * 0.15, foot - tall * 0.35),
                (x + tall * 0.15, foot - tall * 0.35),
                (x + tall * 0.11, foot - tall * 0.82),
                (x - tall * 0.11, foot - tall * 0.82),
            ],
            coat,
        )
        sheet.line(
            [(x - tall * 0.06, foot - tall * 0.4), (x - tall * 0.09, foot)],
            (40, 40, 52),
            tall * 0.08,
        )
        sheet.line(
            [(x + tall * 0.06, foot - tall * 0.4), (x + tall * 0.1, foot)],
            (40, 40, 52),
            tall * 0.08,
        )
        sheet.disc(x, foot - tall * 0.91, tall * 0.09, fill=(214, 170, 140))
    return sheet.finished()


def still_life(width, height, seed=4):
    sheet = Sheet(width, height, seed)
    sheet.textured([(0, 0), (800, 0), (800, 400), (0, 400)], (112, 84, 70), 0.35, 120)
    for x in range(0, 800, 50):
        sheet.line([(x, 0), (x, 360)], (96, 70, 58), 5)
    sheet.glow(170, 90, 420, (96, 80, 54))
    sheet.textured([(0, 380), (800, 350), (800, 600), (0, 600)], (206, 196, 176), 0.14, 30, 3)
    for k in range(-3, 14):
        sheet.line([(k * 70, 376), (k * 70 - 130, 600)], (150, 44, 48), 9)
    for y in (402, 440, 492, 560):
        sheet.line([(0, y + 6), (800, y - 12)], (150, 44, 48), 7)
    sheet.polygon(
        [
            (120, 430),
            (205, 430),
            (205, 230),
            (182, 190),
            (182, 110),
            (143, 110),
            (143, 190),
            (120, 230),
        ],
        (30, 66, 44),
    )
    sheet.polygon(
        [
            (130, 420),
            (142, 420),
            (142, 235),
            (156, 195),
            (156, 120),
            (150, 120),
            (148, 190),
            (130, 232),
        ],
        (120, 164, 130),
    )
    sheet.box(120, 290, 85, 80, (230, 220, 190))
    for y in (304, 318, 336, 350):
        sheet.line([(132, y), (192 - y % 17, y)], (96, 60, 50), 4)
    sheet.box(146, 92, 34, 22, (150, 104, 60))
    for x, y, r, colour in (
        (330, 352, 46, (196, 50, 40)),
        (420, 330, 50, (226, 150, 40)),
        (505, 350, 44, (120, 160, 56)),
        (380, 292, 42, (216, 190, 60)),
        (462, 282, 40, (190, 60, 56)),
    ):
        for k in range(14):
            part = k / 13
            sheet.disc(
                x - part * r * 0.35,
                y - part * r * 0.35,
                r * (1 - part * 0.9),
                fill=tuple(int(c * (0.55 + part * 0.55) + 60 * part**3) for c in colour),
            )
        sheet.line([(x, y - r * 0.9), (x + 6, y - r * 1.2)], (70, 50, 30), 3)
    for k in range(12):
        sheet.disc(
            418, 404 + k * 3, 165 - k * 7, 42 - k * 2, shaded((80, 110, 150), 0.7 + k * 0.05)
        )
    for k in range(11):
        sheet.line([(270 + k * 27, 388), (290 + k * 23, 424)], (226, 230, 236), 3)
    for k in range(26):
        x, y = 610 + (k % 6) * 20 + (k // 6 % 2) * 10, 380 + k // 6 * 19
        sheet.disc(x, y, 13, fill=(66, 34, 84))
        sheet.disc(x - 4, y - 4, 4, fill=(150, 120, 176))
    sheet.polygon([(620, 370), (690, 300), (720, 352)], (76, 112, 50))
    sheet.polygon([(230, 520), (440, 500), (446, 512), (240, 536)], (196, 200, 206))
    sheet.polygon([(440, 496), (540, 486), (544, 506), (446, 516)], (84, 52, 36))
    sheet.disc(620, 530, 62, 34, (236, 226, 200))
    sheet.disc(620, 526, 48, 25, (240, 206, 110))
    for k in range(5):
        sheet.disc(592 + k * 13, 522 + k % 3 * 6, 5, 4, (200, 150, 50))
    return sheet.finished()


def market(width, height, seed=5):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 300, [(126, 170, 206), (222, 226, 220)])
    for k in range(7):
        house(
            sheet,
            -30 + k * 125,
            300,
            118,
            150 + (k * 61) % 70,
            [(210, 190, 160), (190, 130, 100), (160, 160, 150)][k % 3],
            (110, 64, 54),
        )
    sheet.textured([(0, 300), (800, 300), (800, 600), (0, 600)], (172, 160, 142), 0.25, 24, 2)
    goods = [(206, 60, 44), (234, 170, 50), (120, 150, 60), (150, 80, 130), (226, 214, 170)]
    for k, (x, foot, wide) in enumerate(
        ((20, 430, 210), (290, 400, 180), (540, 440, 230), (150, 575, 280), (480, 590, 290))
    ):
        tall, one = (
            wide * 0.62,
            [(190, 44, 44), (40, 90, 150), (50, 120, 74), (214, 130, 40), (110, 60, 120)][k],
        )
        for post in (x + 6, x + wide - 12):
            sheet.box(post, foot - tall, 6, tall, (104, 78, 54))
        for stripe in range(10):
            left = x - 10 + (wide + 20) * stripe / 10
            right = x - 10 + (wide + 20) * (stripe + 1) / 10
            tint = one if stripe % 2 else (242, 238, 226)
            mid = x + wide / 2
            sheet.polygon(
                [
                    (mid + (left - mid) * 0.86, foot - tall - wide * 0.2),
                    (mid + (right - mid) * 0.86, foot - tall - wide * 0.2),
                    (right, foot - tall),
                    (left, foot - tall),
                ],
                tint,
            )
            sheet.disc((left + right) / 2, foot - tall, (right - left) / 2, wide * 0.03, tint)
        sheet.box(x, foot - wide * 0.24, wide, wide * 0.24, (140, 100, 66))
        for plank in range(4):
            sheet.line(
                [(x, foot - wide * 0.06 * plank), (x + wide, foot - wide * 0.06 * plank)],
                (96, 66, 44),
                1.5,
            )
        for heap in range(5):
            tint = goods[(heap + k) % 5]
            for item in range(16):
                row = item // 5
                sheet.disc(
                    x + wide * (heap + 0.18 + (item % 5) * 0.16 + row * 0.05) / 5,
                    foot - wide * (0.25 + row * 0.03),
                    wide * 0.018,
                    fill=shaded(tint, sheet.random.uniform(0.75, 1.2)),
                )
    for x, foot, tall, coat in (
        (255, 455, 92, (70, 70, 110)),
        (500, 470, 88, (170, 60, 60)),
        (95, 520, 110, (60, 100, 90)),
        (455, 560, 120, (200, 180, 130)),
    ):
        sheet.polygon(
            [
                (x - tall * 0.17, foot),
                (x + tall * 0.17, foot),
                (x + tall * 0.1, foot - tall * 0.8),
                (x - tall * 0.1, foot - tall * 0.8),
            ],
            coat,
        )
        sheet.disc(x, foot - tall * 0.9, tall * 0.1, fill=(206, 160, 130))
        sheet.polygon(
            [
                (x - tall * 0.12, foot - tall * 0.92),
                (x + tall * 0.12, foot - tall * 0.92),
                (x, foot - tall * 1.06),
            ],
            shaded(coat, 0.5),
        )
    return sheet.finished()


def windmill(width, height, seed=6):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 380, [(84, 140, 204), (160, 200, 230), (240, 236, 216)])
    clouds(sheet, 9, 190)
    ridge(sheet, 385, 26, 0.8, (96, 130, 86))
    for k in range(18):
        tree(sheet, 20 + k * 46, 378, sheet.random.uniform(24, 46), (70, 110, 60))
    fields = [
        (204, 44, 50),
        (240, 200, 60),
        (236, 120, 150),
        (110, 60, 140),
        (244, 240, 236),
        (230, 120, 40),
    ]
    for row in range(12):
        top, low = 372 + row * row * 1.6, 372 + (row + 1) ** 2 * 1.6
        sheet.textured([(0, top), (800, top + 3), (800, low), (0, low)], (74, 116, 56), 0.3, 12, 3)
        for _ in range(150):
            x = sheet.random.uniform(0, 800)
            sheet.disc(
                x,
                sheet.random.uniform(top, low - 2),
                1.2 + row * 0.45,
                1 + row * 0.4,
                shaded(fields[row % 6], sheet.random.uniform(0.8, 1.15)),
            )
    sheet.textured([(262, 420), (378, 420), (350, 200), (290, 200)], (150, 104, 84), 0.2, 14)
    sheet.polygon([(346, 420), (378, 420), (350, 200), (338, 200)], (104, 70, 58))
    sheet.polygon([(282, 204), (358, 204), (346, 164), (320, 150), (294, 164)], (70, 58, 54))
    for y in (240, 290, 340):
        window(sheet, 306, y, 16, 20, (60, 70, 84))
    sheet.box(304, 382, 24, 38, (70, 46, 34))
    sheet.line([(240, 345), (400, 345)], (226, 220, 204), 4)
    for k in range(4):
        angle = math.radians(24 + 90 * k)
        dx, dy = math.cos(angle), math.sin(angle)
        tip = (320 + dx * 170, 185 + dy * 170)
        sheet.line([(320, 185), tip], (236, 230, 214), 4)
        for step in range(3, 13):
            part = step * 14
            foot = (320 + dx * part, 185 + dy * part)
            sheet.line([foot, (foot[0] - dy * 26, foot[1] + dx * 26)], (90, 70, 58), 1.6)
        sheet.line(
            [
                (320 + dx * 40 - dy * 26, 185 + dy * 40 + dx * 26),
                (tip[0] - dy * 26, tip[1] + dx * 26),
            ],
            (90, 70, 58),
            2,
        )
    house(sheet, 560, 432, 130, 54, (214, 196, 160), (150, 80, 56))
    tree(sheet, 740, 450, 130)
    return sheet.finished()


def lighthouse(width, height, seed=7):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 400, [(42, 48, 92), (130, 84, 120), (236, 140, 96), (250, 206, 130)])
    sheet.disc(250, 372, 40, fill=(255, 236, 170))
    sheet.glow(250, 372, 330, (110, 70, 30))
    for k in range(9):
        y = 80 + k * 30
        x = sheet.random.uniform(-100, 600)
        sheet.polygon(
            [(x, y), (x + 160, y - 9), (x + 360, y + 2), (x + 170, y + 10)],
            [(110, 76, 110), (206, 120, 100), (90, 66, 104)][k % 3],
        )
    water(sheet, 392, [(206, 140, 104), (96, 80, 110), (36, 44, 76)], 600, 260)
    for k in range(34):
        y = 398 + k * 6
        sheet.line(
            [
                (250 - sheet.random.uniform(4, 30 + k), y),
                (250 + sheet.random.uniform(4, 30 + k), y),
            ],
            (255, 220, 150),
            2,
        )
    cliff = [
        (430, 610),
        (455, 520),
        (500, 480),
        (520, 420),
        (580, 380),
        (640, 366),
        (800, 350),
        (800, 610),
    ]
    sheet.textured(cliff, (70, 60, 62), 0.5, 20)
    for _ in range(60):
        x = sheet.random.uniform(520, 800)
        y = sheet.random.uniform(400, 600)
        sheet.line(
            [(x, y), (x + sheet.random.uniform(-16, 10), y + sheet.random.uniform(12, 40))],
            sheet.random.choice([(40, 34, 40), (120, 100, 94)]),
            2,
        )
    sheet.textured(
        [(560, 392), (640, 366), (800, 348), (800, 366), (640, 384)], (74, 88, 54), 0.4, 8
    )
    for k in range(5):
        low, high = 366 - k * 46, 366 - (k + 1) * 46
        inner, outer = 34 - k * 2.6, 34 - (k + 1) * 2.6
        tint = (196, 46, 46) if k % 2 == 0 else (236, 226, 214)
        sheet.polygon(
            [(660 - inner, low), (660 + inner, low), (660 + outer, high), (660 - outer, high)], tint
        )
        sheet.polygon(
            [
                (660 + inner * 0.3, low),
                (660 + inner, low),
                (660 + outer, high),
                (660 + outer * 0.3, high),
            ],
            shaded(tint, 0.65),
        )
    sheet.box(632, 128, 56, 8, (50, 46, 52))
    sheet.box(644, 96, 32, 32, (255, 240, 180))
    for x in (644, 660, 675):
        sheet.line([(x, 96), (x, 128)], (50, 46, 52), 2)
    sheet.polygon([(638, 96), (682, 96), (660, 72)], (150, 40, 40))
    house(sheet, 712, 360, 72, 42, (226, 214, 196), (120, 54, 48), (250, 210, 120))
    boat(sheet, 110, 430, 66, (26, 28, 44), (60, 50, 66))
    return sheet.finished()


def snow_village(width, height, seed=8):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 360, [(28, 42, 84), (70, 92, 144), (168, 172, 200)])
    sheet.disc(140, 90, 30, fill=(246, 242, 220))
    sheet.glow(140, 90, 130, (70, 70, 60))
    ridge(sheet, 330, 150, 1.6, (110, 126, 166), 0.25, (230, 236, 248))
    ridge(sheet, 380, 80, 0.9, (206, 214, 232), 0.12)
    for _ in range(34):
        pine(
            sheet,
            sheet.random.uniform(0, 800),
            sheet.random.uniform(330, 372),
            sheet.random.uniform(36, 70),
            (40, 66, 74),
            True,
        )
    sheet.textured(
        [(0, 370), (200, 350), (520, 380), (800, 352), (800, 600), (0, 600)],
        (214, 222, 238),
        0.12,
        60,
        2,
    )
    for k, (x, foot, wide) in enumerate(
        (
            (60, 440, 96),
            (190, 420, 80),
            (330, 450, 110),
            (620, 430, 96),
            (700, 500, 120),
            (110, 540, 130),
        )
    ):
        house(
            sheet,
            x,
            foot,
            wide,
            wide * 0.5,
            [(120, 82, 60), (160, 96, 70), (96, 74, 70)][k % 3],
            (110, 60, 54),
            (255, 206, 110),
            True,
        )
        sheet.glow(x + wide / 2, foot, 90, (60, 44, 16))
    sheet.box(498, 300, 48, 130, (190, 170, 150))
    sheet.polygon([(490, 300), (554, 300), (522, 190)], (230, 236, 246))
    sheet.line([(522, 190), (522, 165)], (40, 40, 50), 3)
    sheet.line([(513, 175), (531, 175)], (40, 40, 50), 3)
    window(sheet, 512, 320, 20, 34, (255, 206, 110))
    sheet.textured(
        [(560, 600), (470, 520), (420, 470), (450, 466), (530, 516), (680, 600)],
        (176, 178, 196),
        0.15,
        20,
    )
    for x, foot, size in ((30, 600, 230), (300, 590, 150), (770, 610, 200)):
        pine(sheet, x, foot, size, (30, 58, 62), True)
    for _ in range(130):
        sheet.disc(
            sheet.random.uniform(0, 800),
            sheet.random.uniform(0, 600),
            sheet.random.uniform(0.8, 2.4),
            fill=(246, 248, 255),
        )
    return sheet.finished()


def skyline(width, height, seed=9):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 430, [(16, 20, 52), (44, 40, 92), (150, 78, 110), (244, 150, 96)])
    for _ in range(70):
        sheet.disc(
            sheet.random.uniform(0, 800), sheet.random.uniform(0, 180), 0.9, fill=(230, 230, 250)
        )
    for layer, (base, low, high, tint) in enumerate(
        ((440, 90, 190, (92, 66, 100)), (450, 120, 270, (52, 44, 78)), (460, 60, 330, (24, 24, 46)))
    ):
        x = -20
        while x < 810:
            wide = sheet.random.uniform(34, 74)
            tall = sheet.random.uniform(low, high) * (
                1 if layer < 2 else sheet.random.choice([0.4, 0.7, 1])
            )
            sheet.box(x, base - tall, wide, tall + 30, tint)
            sheet.box(x + wide * 0.8, base - tall, wide * 0.2, tall + 30, shaded(tint, 0.7))
            if sheet.random.random() < 0.3:
                sheet.line([(x + wide / 2, base - tall), (x + wide / 2, base - tall - 34)], tint, 3)
            for row in range(int(tall // 13)):
                for column in range(int(wide // 11)):
                    if sheet.random.random() < 0.2 + layer * 0.15:
                        sheet.box(
                            x + 4 + column * 11,
                            base - tall + 6 + row * 13,
                            5,
                            7,
                            sheet.random.choice(
                                [(255, 220, 130), (250, 190, 100), (190, 214, 240)]
                            ),
                        )
            x += wide + sheet.random.uniform(-8, 12)
    water(sheet, 470, [(120, 76, 96), (50, 44, 76), (20, 22, 44)], 600, 120)
    for _ in range(90):
        x, y = sheet.random.uniform(0, 800), sheet.random.uniform(474, 590)
        sheet.line([(x, y), (x + sheet.random.uniform(5, 22), y)], (244, 190, 110), 2)
    for side in (0, 1):
        tower = 190 + side * 420
        sheet.box(tower - 9, 330, 18, 190, (130, 60, 60))
        sheet.box(tower - 16, 400, 32, 7, (130, 60, 60))
    for span in ((-230, 190), (190, 610), (610, 1030)):
        curve = []
        for k in range(21):
            part = k / 20
            x = span[0] + (span[1] - span[0]) * part
            y = 335 + 130 * (1 - (2 * part - 1) ** 2)
            curve.append((x, y))
            sheet.line([(x, y), (x, 478)], (120, 70, 70), 1.4)
        sheet.line(curve, (150, 74, 70), 4)
    sheet.box(0, 474, 800, 11, (110, 54, 56))
    return sheet.finished()


def train(width, height, seed=10):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 340, [(120, 168, 196), (206, 222, 214), (244, 238, 210)])
    clouds(sheet, 5, 120)
    ridge(sheet, 330, 150, 1.2, (130, 150, 140))
    ridge(sheet, 390, 100, 0.9, (98, 128, 84), 0.35)
    for _ in range(50):
        tree(
            sheet,
            sheet.random.uniform(0, 800),
            sheet.random.uniform(350, 420),
            sheet.random.uniform(24, 44),
            (80, 118, 60),
        )
    water(sheet, 520, [(110, 150, 150), (60, 104, 112)], 600, 90)
    sheet.textured([(0, 330), (800, 330), (800, 356), (0, 356)], (176, 152, 124), 0.25, 10)
    for k in range(7):
        left = -40 + k * 130
        sheet.textured(
            [(left, 350), (left + 34, 350), (left + 38, 560), (left - 4, 560)],
            (166, 140, 112),
            0.3,
            8,
        )
        crown = [
            (left + 34 + 96 * part / 12, 440 - 70 * math.sin(math.pi * part / 12))
            for part in range(13)
        ]
        sheet.textured([(left + 34, 350), (left + 130, 350)] + crown[::-1], (150, 124, 98), 0.3, 8)
        for row in range(13):
            sheet.line(
                [(left - 3, 360 + row * 16), (left + 37, 360 + row * 16)], (116, 94, 74), 1.3
            )
    for car in range(5):
        left = 130 + car * 132
        if car == 0:
            sheet.polygon(
                [
                    (left - 70, 322),
                    (left - 70, 286),
                    (left + 60, 286),
                    (left + 60, 256),
                    (left + 116, 256),
                    (left + 116, 322),
                ],
                (30, 34, 40),
            )
            sheet.disc(left - 4, 290, 68, 20, (40, 46, 54))
            sheet.box(left - 56, 248, 18, 30, (26, 28, 34))
            sheet.disc(left - 10, 268, 14, 10, (190, 150, 60))
            window(sheet, left + 74, 268, 24, 18, (160, 190, 200), (190, 150, 60))
            for puff in range(14):
                sheet.disc(
                    left - 47 + puff * 26,
                    226 - puff * 7 + puff % 3 * 5,
                    14 + puff * 2.6,
                    10 + puff * 2,
                    shaded((236, 236, 236), 0.8 + puff * 0.014),
                )
        else:
            sheet.box(left, 262, 122, 60, [(150, 44, 44), (40, 84, 60)][car % 2])
            sheet.box(left - 3, 254, 128, 10, (70, 66, 66))
            sheet.line([(left, 306), (left + 122, 306)], (230, 210, 150), 3)
            for pane in range(5):
                window(sheet, left + 9 + pane * 23, 272, 15, 20, (190, 206, 204), (230, 210, 150))
        for wheel in range(4 if car else 5):
            x = left + (wheel * 30 + 16 if car else wheel * 34 - 46)
            sheet.disc(x, 322, 11, fill=(24, 24, 28))
            sheet.disc(x, 322, 5, fill=(170, 60, 50))
    sheet.line([(0, 332), (800, 332)], (60, 56, 60), 4)
    return sheet.finished()


def castle(width, height, seed=11):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 470, [(96, 130, 176), (176, 190, 206), (236, 214, 186)])
    clouds(sheet, 8, 170, (240, 232, 226))
    ridge(sheet, 420, 90, 1.1, (120, 136, 150))
    sheet.textured(
        [
            (60, 610),
            (150, 470),
            (250, 380),
            (330, 352),
            (520, 352),
            (620, 400),
            (720, 500),
            (790, 610),
        ],
        (104, 112, 78),
        0.4,
        26,
    )
    stone = (178, 166, 150)

    def tower(x, foot, wide, tall, roof=None):
        sheet.textured(
            [(x, foot), (x + wide, foot), (x + wide, foot - tall), (x, foot - tall)], stone, 0.22, 8
        )
        sheet.polygon(
            [
                (x + wide * 0.66, foot),
                (x + wide, foot),
                (x + wide, foot - tall),
                (x + wide * 0.66, foot - tall),
            ],
            shaded(stone, 0.66),
        )
        for row in range(int(tall // 12)):
            sheet.line([(x, foot - row * 12), (x + wide, foot - row * 12)], shaded(stone, 0.82), 1)
        for tooth in range(5):
            sheet.box(
                x - 4 + (wide + 8) * tooth / 5,
                foot - tall - 12,
                (wide + 8) / 9,
                14,
                shaded(stone, 0.9),
            )
        for level in range(int(tall // 60)):
            sheet.box(x + wide * 0.42, foot - tall + 22 + level * 52, wide * 0.13, 22, (50, 44, 44))
        if roof:
            sheet.polygon(
                [
                    (x - 8, foot - tall - 8),
                    (x + wide + 8, foot - tall - 8),
                    (x + wide / 2, foot - tall - wide * 1.5),
                ],
                roof,
            )
            sheet.line(
                [
                    (x + wide / 2, foot - tall - wide * 1.5),
                    (x + wide / 2, foot - tall - wide * 1.5 - 30),
                ],
                (60, 56, 56),
                2,
            )
            sheet.polygon(
                [
                    (x + wide / 2, foot - tall - wide * 1.5 - 30),
                    (x + wide / 2 + 30, foot - tall - wide * 1.5 - 22),
                    (x + wide / 2, foot - tall - wide * 1.5 - 14),
                ],
                (200, 50, 50),
            )

    tower(390, 360, 78, 215, (90, 60, 76))
    tower(300, 370, 60, 150, (150, 70, 54))
    tower(490, 372, 54, 170, (150, 70, 54))
    sheet.textured([(236, 410), (600, 410), (600, 310), (236, 310)], stone, 0.2, 8)
    for tooth in range(18):
        sheet.box(238 + tooth * 20, 298, 11, 14, stone)
    tower(214, 420, 52, 160)
    tower(574, 424, 56, 175)
    sheet.polygon([(388, 412), (388, 362), (418, 336), (448, 362), (448, 412)], (54, 40, 34))
    for k in range(4):
        sheet.line([(394 + k * 16, 412), (394 + k * 16, 352)], (120, 112, 104), 2)
    sheet.textured(
        [(392, 412), (446, 412), (560, 610), (250, 610), (470, 500)], (190, 170, 136), 0.2, 14
    )
    for _ in range(60):
        x = sheet.random.uniform(40, 790)
        if 260 < x < 560:
            continue
        tree(sheet, x, sheet.random.uniform(500, 600), sheet.random.uniform(40, 90), (66, 100, 52))
    return sheet.finished()


def balloons(width, height, seed=12):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 470, [(80, 126, 190), (156, 190, 220), (250, 220, 180)])
    clouds(sheet, 4, 220)
    ridge(sheet, 480, 70, 1.4, (150, 130, 140))
    ridge(sheet, 520, 60, 1.0, (170, 136, 100), 0.35)
    for _ in range(11):
        x = sheet.random.uniform(0, 800)
        tall = sheet.random.uniform(30, 90)
        sheet.textured(
            [
                (x - tall * 0.3, 530),
                (x - tall * 0.1, 530 - tall),
                (x + tall * 0.1, 530 - tall),
                (x + tall * 0.3, 530),
            ],
            (196, 164, 128),
            0.3,
            10,
        )
        sheet.polygon(
            [(x - tall * 0.16, 536 - tall), (x + tall * 0.16, 536 - tall), (x, 520 - tall * 1.25)],
            (120, 96, 86),
        )
    sheet.textured([(0, 525), (800, 515), (800, 600), (0, 600)], (140, 128, 80), 0.4, 14, 3)
    tints = [
        ((206, 50, 50), (246, 214, 90)),
        ((40, 90, 160), (240, 240, 236)),
        ((60, 140, 90), (246, 180, 60)),
        ((130, 60, 140), (246, 190, 206)),
        ((230, 120, 40), (60, 60, 90)),
        ((40, 150, 160), (236, 90, 80)),
    ]
    for k, (x, y, r) in enumerate(
        (
            (230, 190, 120),
            (560, 150, 84),
            (430, 350, 64),
            (690, 330, 56),
            (90, 400, 42),
            (330, 60, 30),
        )
    ):
        one, two = tints[k]
        for stripe in range(8):
            a, b = -1 + stripe / 4, -1 + (stripe + 1) / 4
            outline = []
            for edge, order in ((a, range(0, 19)), (b, range(18, -1, -1))):
                for step in order:
                    angle = math.pi * step / 18
                    across = math.sin(angle) if step < 11 else math.sin(angle) * 0.92 + 0.02
                    drop = -math.cos(angle) * (1 if step < 10 else 1.3)
                    outline.append((x + r * across * math.sin(edge * math.pi / 2), y + r * drop))
            sheet.polygon(outline, shaded(one if stripe % 2 else two, 1.12 - 0.08 * stripe))
        for rope in (-0.16, -0.05, 0.05, 0.16):
            sheet.line(
                [(x + r * rope * 1.4, y + r * 1.2), (x + r * rope, y + r * 1.6)], (70, 56, 46), 1.2
            )
        sheet.box(x - r * 0.17, y + r * 1.58, r * 0.34, r * 0.24, (130, 90, 56))
        sheet.line([(x - r * 0.17, y + r * 1.68), (x + r * 0.17, y + r * 1.68)], (90, 60, 40), 1.5)
    return sheet.finished()


def room(width, height, seed=13):
    sheet = Sheet(width, height, seed)
    sheet.textured([(0, 0), (800, 0), (800, 430), (0, 430)], (186, 176, 140), 0.1, 60)
    for x in range(0, 800, 40):
        for y in range(20, 420, 48):
            sheet.disc(x + (y // 48 % 2) * 20, y, 4, 7, (166, 150, 112))
    sheet.textured([(0, 430), (800, 430), (800, 600), (0, 600)], (140, 96, 62), 0.25, 10, 8)
    for k in range(-6, 18):
        sheet.line([(400 + (k - 6) * 60, 430), (400 + (k - 6) * 130, 600)], (100, 66, 42), 2)
    sheet.box(40, 60, 250, 370, (96, 62, 40))
    for shelf in range(4):
        sheet.box(52, 74 + shelf * 90, 226, 78, (60, 40, 28))
        x = 56
        while x < 262:
            wide, tall = sheet.random.uniform(8, 20), sheet.random.uniform(44, 72)
            tint = sheet.random.choice(
                [(150, 50, 46), (44, 76, 110), (196, 160, 70), (70, 104, 70), (210, 200, 180)]
            )
            sheet.box(x, 152 + shelf * 90 - tall, wide, tall, tint)
            sheet.line(
                [
                    (x + 2, 152 + shelf * 90 - tall * 0.8),
                    (x + wide - 2, 152 + shelf * 90 - tall * 0.8),
                ],
                shaded(tint, 1.6),
                2,
            )
            x += wide + 1.5
    sheet.box(350, 70, 190, 210, (236, 230, 214))
    sheet.box(360, 80, 170, 190, (150, 192, 216))
    sheet.polygon(
        [(360, 270), (360, 210), (410, 180), (460, 214), (500, 190), (530, 216), (530, 270)],
        (90, 130, 80),
    )
    sheet.line([(445, 80), (445, 270)], (236, 230, 214), 7)
    sheet.line([(360, 172), (530, 172)], (236, 230, 214), 7)
    for side in (-1, 1):
        for fold in range(5):
            x = 445 + side * (90 + fold * 10)
            sheet.polygon(
                [(x, 56), (x + side * 11, 56), (x + side * (13 + fold), 320), (x + side * 3, 320)],
                shaded((170, 70, 60), 0.8 + fold % 2 * 0.35),
            )
    sheet.box(600, 90, 150, 120, (150, 112, 60))
    sheet.box(612, 102, 126, 96, (206, 190, 160))
    sheet.polygon([(612, 198), (650, 130), (690, 170), (715, 146), (738, 198)], (96, 110, 130))
    sheet.disc(715, 122, 10, fill=(226, 120, 60))
    sheet.line([(690, 500), (690, 300)], (60, 50, 44), 5)
    sheet.polygon([(640, 310), (740, 310), (716, 240), (664, 240)], (246, 214, 140))
    sheet.glow(690, 290, 170, (70, 56, 26))
    sheet.disc(430, 530, 250, 52, (120, 44, 50))
    sheet.disc(430, 530, 215, 42, (206, 170, 110))
    sheet.disc(430, 530, 180, 33, (90, 40, 56))
    sheet.polygon([(330, 330), (510, 330), (524, 480), (316, 480)], (60, 96, 104))
    sheet.polygon([(310, 410), (530, 410), (540, 500), (300, 500)], (76, 120, 126))
    for x in (290, 510):
        sheet.polygon([(x, 390), (x + 44, 390), (x + 48, 510), (x - 4, 510)], (50, 82, 90))
    sheet.polygon([(380, 350), (450, 340), (462, 404), (392, 412)], (220, 170, 70))
    sheet.disc(170, 520, 46, 24, (70, 60, 56))
    sheet.disc(134, 504, 18, 16, (70, 60, 56))
    sheet.polygon([(120, 494), (126, 476), (134, 490)], (70, 60, 56))
    sheet.polygon([(136, 490), (146, 476), (149, 494)], (70, 60, 56))
    sheet.line([(210, 516), (238, 490), (232, 470)], (70, 60, 56), 8)
    return sheet.finished()


def fairground(width, height, seed=14):
    sheet = Sheet(width, height, seed)
    sheet.gradient(0, 460, [(40, 60, 120), (130, 100, 150), (244, 176, 140)])
    ridge(sheet, 470, 50, 1.2, (70, 66, 96))
    sheet.textured([(0, 460), (800, 460), (800, 600), (0, 600)], (116, 108, 84), 0.3, 18, 2)
    sheet.line([(270, 250), (190, 480)], (220, 220, 226), 9)
    sheet.line([(270, 250), (350, 480)], (220, 220, 226), 9)
    for radius, wide in ((190, 5), (170, 3), (60, 3)):
        ring = [
            (270 + radius * math.cos(k * math.pi / 40), 250 + radius * math.sin(k * math.pi / 40))
            for k in range(81)
        ]
        sheet.line(ring, (226, 90, 90) if radius == 190 else (236, 226, 210), wide)
    for k in range(16):
        angle = 2 * math.pi * k / 16 + 0.1
        x, y = 270 + 190 * math.cos(angle), 250 + 190 * math.sin(angle)
        sheet.line([(270, 250), (x, y)], (210, 206, 216), 2)
        tint = [(236, 80, 70), (246, 200, 70), (70, 150, 200), (110, 180, 100)][k % 4]
        sheet.polygon([(x - 15, y + 8), (x + 15, y + 8), (x + 10, y + 30), (x - 10, y + 30)], tint)
        sheet.polygon([(x - 17, y), (x + 17, y), (x, y - 12)], shaded(tint, 0.7))
    sheet.disc(270, 250, 16, fill=(246, 220, 120))
    for stripe in range(12):
        left, right = 470 + stripe * 25, 470 + (stripe + 1) * 25
        tint = (206, 56, 60) if stripe % 2 else (240, 234, 220)
        sheet.polygon([(left, 480), (right, 480), (right, 370), (left, 370)], tint)
        sheet.polygon(
            [
                (left, 370),
                (right, 370),
                (620 + (right - 620) * 0.1, 250),
                (620 + (left - 620) * 0.1, 250),
            ],
            shaded(tint, 0.88),
        )
        sheet.disc((left + right) / 2, 371, 12.5, 9, shaded(tint, 0.8))
    sheet.line([(620, 250), (620, 215)], (230, 226, 220), 3)
    sheet.polygon([(620, 215), (662, 226), (620, 238)], (80, 150, 200))
    sheet.polygon([(596, 480), (620, 390), (644, 480)], (50, 36, 50))
    for k in range(6):
        x = 60 + k * 130
        sheet.box(x, 510, 84, 52, [(180, 140, 70), (80, 110, 150), (150, 70, 80)][k % 3])
        sheet.polygon(
            [(x - 8, 510), (x + 92, 510), (x + 76, 484), (x + 8, 484)],
            [(240, 220, 120), (236, 236, 236)][k % 2],
        )
        for bulb in range(8):
            sheet.disc(x + 2 + bulb * 11, 511, 3, fill=(255, 244, 190))
        sheet.box(x + 10, 522, 64, 20, (60, 44, 50))
        sheet.disc(x + 30, 530, 7, fill=(216, 170, 140))
    wire = [(x, 120 + 40 * math.sin((x - 470) / 330 * math.pi)) for x in range(470, 801, 15)]
    sheet.line(wire, (40, 34, 50), 1.5)
    for x, y in wire[::2]:
        sheet.polygon(
            [(x - 7, y), (x + 7, y), (x, y + 18)],
            sheet.random.choice([(240, 90, 80), (250, 210, 90), (90, 170, 210)]),
        )
    for _ in range(22):
        x, foot, tall = (
            sheet.random.uniform(20, 780),
            sheet.random.uniform(565, 598),
            sheet.random.uniform(26, 40),
        )
        tint = sheet.random.choice([(60, 60, 90), (150, 60, 70), (70, 110, 90), (200, 180, 140)])
        sheet.polygon(
            [
                (x - tall * 0.2, foot),
                (x + tall * 0.2, foot),
                (x + tall * 0.13, foot - tall * 0.75),
                (x - tall * 0.13, foot - tall * 0.75),
            ],
            tint,
        )
        sheet.disc(x, foot - tall * 0.86, tall * 0.13, fill=(206, 164, 136))
    return sheet.finished()


SCENES = {
    "harbour": harbour,
    "lake": lake,
    "town": town,
    "still-life": still_life,
    "market": market,
    "windmill": windmill,
    "lighthouse": lighthouse,
    "snow-village": snow_village,
    "skyline": skyline,
    "train": train,
    "castle": castle,
    "balloons": balloons,
    "room": room,
    "fairground": fairground,
}

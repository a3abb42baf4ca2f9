"""Makes the small pictures and clips of this folder, and expected.csv: what Pillow sees in them.

Needs Pillow, pillow_heif, numpy and the ffmpeg command. The results are committed; this is kept so
that each file's origin is known. One scene, drawn here: a gradient with a disc and bars.
"""
import csv
import os
import subprocess

import numpy
import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()
if hasattr(pillow_heif, "register_avif_opener"):
    pillow_heif.register_avif_opener()
os.chdir(os.path.dirname(os.path.abspath(__file__)))
WIDTH, HEIGHT = 64, 48


def scene(shift=0):
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    pixels = numpy.stack([x * 3 + 20, y * 4 + 10, 200 - x * 2], axis=-1).astype(numpy.uint8)
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    draw.ellipse((10 + shift, 8, 34 + shift, 32), fill=(230, 60, 40))
    draw.rectangle((42, 6, 56, 20), fill=(20, 30, 60))
    draw.rectangle((40, 30, 58, 40), fill=(240, 240, 220))
    return image


picture = scene()
gray = picture.convert("L")
alpha = picture.convert("RGBA")
mask = Image.new("L", picture.size, 255)
ImageDraw.Draw(mask).rectangle((0, 0, 31, 23), fill=0)
ImageDraw.Draw(mask).rectangle((32, 24, 63, 47), fill=128)
alpha.putalpha(mask)
opaque = picture.convert("RGBA")

picture.save("rgb.jpg", quality=92)
gray.save("gray.jpg", quality=92)
picture.convert("CMYK").save("cmyk.jpg", quality=92)
picture.save("progressive.jpg", quality=92, progressive=True)
# Not in expected.csv: an odd size, shared and doubled chroma, and markers every five units.
odd = scene().resize((61, 43))
odd.save("restart420.jpg", quality=92, subsampling=2, restart_marker_blocks=5)
odd.save("restart444.jpg", quality=30, subsampling=0, restart_marker_blocks=5)
exif = Image.Exif()
exif[0x0112] = 6
picture.save("orientation6.jpg", quality=92, exif=exif)
picture.save("rgb.png")
picture.save("stored.png", compress_level=0)
gray.save("gray.png")
gray.point(lambda v: 255 if v > 128 else 0).convert("1").save("onebit.png")
picture.quantize(32).save("palette.png")
wide = numpy.asarray(gray).astype(numpy.uint16) * 257
Image.fromarray(wide).save("sixteen.png")
alpha.save("alpha.png")
opaque.save("opaque.png")
picture.save("picture.gif")
frames = [scene(shift).quantize(32) for shift in (0, 6, 12, 18)]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
scenes = [scene(shift) for shift in (0, 6, 12, 18)]
scenes[0].save("animated.png", save_all=True, append_images=scenes[1:], duration=100)
scenes[0].save("animated.webp", save_all=True, append_images=scenes[1:], duration=100, lossless=True)
picture.save("rgb.bmp")
picture.save("rgb.tif", compression="tiff_lzw")
picture.save("jpeg.tif", compression="jpeg")
picture.save("rgb.jp2", irreversible=False)
picture.save("lossy.webp", quality=95)
picture.save("lossless.webp", lossless=True)
picture.save("rgb.ppm")
picture.save("rgb.tga")
picture.save("rgb.heic", quality=95)
try:
    picture.save("rgb.avif", quality=95)
except Exception:
    subprocess.run("ffmpeg -v error -y -i rgb.png -c:v libaom-av1 -crf 5 -still-picture 1 rgb.avif",
                   shell=True, check=True)


def ffmpeg(arguments):
    subprocess.run("ffmpeg -v error -y " + arguments, shell=True, check=True)


# libpng cannot be asked for interlacing through Pillow: each pass is written by hand.
def interlaced(path, image):
    import struct
    import zlib
    pixels = numpy.asarray(image)
    raw = b""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                         (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in pixels[y::dy, x::dx]:
            raw += b"\0" + row.tobytes()

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    kind = {"RGB": 2, "RGBA": 6, "L": 0}[image.mode]
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, kind, 0, 0, 1)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                   + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


interlaced("interlaced.png", picture)
interlaced("interlaced_alpha.png", alpha)
for index, shift in enumerate(range(0, 20)):
    scene(shift).save("/tmp/fixture-%02d.png" % index)
film = "-framerate 10 -i /tmp/fixture-%02d.png -g 5 -bf 2 -pix_fmt yuv420p -x264-params scenecut=0:keyint=5 "
ffmpeg(film + "-c:v libx264 -qp 8 film.mp4")
ffmpeg(film + "-c:v libx264 -qp 8 film.mkv")
ffmpeg("-framerate 10 -i /tmp/fixture-%02d.png -c:v mpeg4 -g 5 -q:v 2 film.avi")
ffmpeg("-f lavfi -i sine=d=0.3 -c:a aac sound.mp4")

# file, kind, keyframes, largest difference, then 16 samples of luma over the picture as Pillow has it
places = [(x, y) for y in (4, 18, 27, 44) for x in (4, 22, 49, 60)]
rows = []
lossless = {"rgb.png", "stored.png", "gray.png", "onebit.png", "palette.png", "sixteen.png", "opaque.png", "alpha.png",
            "interlaced.png", "interlaced_alpha.png", "rgb.bmp", "rgb.tif", "rgb.jp2", "rgb.ppm",
            "rgb.tga", "lossless.webp", "picture.gif", "animated.gif", "animated.png", "animated.webp"}
counts = {"animated.gif": 4, "animated.png": 4, "animated.webp": 4, "alpha.png": 2,
          "interlaced_alpha.png": 2, "film.mp4": 4, "film.mkv": 4, "film.avi": 4}
for name in sorted(os.listdir(".")):
    if name.endswith((".py", ".csv")) or name == "sound.mp4":
        continue
    if name.startswith("film"):
        image = picture
    else:
        image = Image.open(name)
        if image.mode.startswith("I;16"):
            image = Image.fromarray((numpy.asarray(image) >> 8).astype(numpy.uint8))
    rgb = numpy.asarray(image.convert("RGB")).astype(float)
    luma = rgb @ [0.299, 0.587, 0.114]
    kind = "video" if name.startswith(("film", "animated")) else "picture"
    # Places lie inside flat parts or on gentle slopes, where chroma subsampling moves little.
    tolerance = 0.6 if name in lossless else 6 if name.startswith("film") else 3
    rows.append([name, kind, counts.get(name, 1), tolerance]
                + ["%.3f" % luma[y, x] for x, y in places])
with open("expected.csv", "w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows(rows)

#!/usr/bin/env python3
"""Makes the disk images beside this file. They are kept, compressed, since not every machine can make them again:
it takes root, FUSE, and mtools, dosfstools, e2fsprogs, exfatprogs, exfat-fuse, ntfs-3g, gdisk, ewf-tools and ffmpeg.

Each holds three pictures of the samples, small: `DCIM/one.jpg`, `DCIM/two.jpg`, which is deleted again where the tools can
do that, and `three.jpg`. HFS+ is written by hand, as Apple's Technical Note TN1150 says, since no tool here makes it.
"""

import lzma
import pathlib
import shutil
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parents[2] / "Samples/known"
PICTURES = {"one": "harbour.jpg", "two": "castle.jpg", "three": "market.jpg"}


def run(*command, **more):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, **more)


def make_pictures(folder):
    made = {}
    for name, source in PICTURES.items():
        made[name] = folder / f"{name}.jpg"
        run("ffmpeg", "-v", "error", "-i", SAMPLES / source, "-vf", "scale=128:-2", "-q:v", 12, "-bitexact", made[name])
    return made


def blank(path, kibibytes):
    with open(path, "wb") as file:
        file.truncate(kibibytes << 10)
    return path


def fat(path, pictures, kibibytes=1440, *options):
    run("mkfs.vfat", "-i", "76657374", *options, blank(path, kibibytes))
    run("mmd", "-i", path, "::DCIM")
    for name in ("one", "two"):
        run("mcopy", "-i", path, pictures[name], "::DCIM")
    run("mcopy", "-i", path, pictures["three"], "::")
    run("mdel", "-i", path, "::DCIM/two.jpg")
    return path


def ext(path, pictures, version):
    with tempfile.TemporaryDirectory() as tree:
        folder = pathlib.Path(tree, "DCIM")
        folder.mkdir()
        for name in ("one", "two"):
            shutil.copy(pictures[name], folder)
        shutil.copy(pictures["three"], tree)
        pathlib.Path(tree, "link.jpg").symlink_to("three.jpg")
        pathlib.Path(tree, "again.jpg").hardlink_to(folder / "one.jpg")
        run(f"mkfs.{version}", "-q", "-F", "-m", 0, "-d", tree, blank(path, 2048))
    run("debugfs", "-w", "-R", "rm DCIM/two.jpg", path, stderr=subprocess.DEVNULL)
    return path


def mounted(path, pictures, program, extra=()):
    device = subprocess.run(["losetup", "--find", "--show", path], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as place:
        run(program, device, place)
        try:
            folder = pathlib.Path(place, "DCIM")
            folder.mkdir()
            for name in ("one", "two"):
                shutil.copy(pictures[name], folder)
            shutil.copy(pictures["three"], place)
            for name, content in extra:
                pathlib.Path(place, name).write_bytes(content)
            pathlib.Path(folder, "two.jpg").unlink()
        finally:
            run("umount", place)
            run("losetup", "--detach", device)
    return path


def hfsplus(path, pictures):
    block, blocks, date = 4096, 64, 3_800_000_000
    disk = bytearray(block * blocks)
    used = 5

    def fork(size, start):
        count = -(-size // block)
        return struct.pack(">QII", size, block, count) + struct.pack(">II", start, count) + bytes(56)

    def name(text):
        return struct.pack(">H", len(text)) + text.encode("utf-16-be")

    def key(parent, text):
        body = struct.pack(">I", parent) + name(text)
        return struct.pack(">H", len(body)) + body

    def facts(mode):
        return struct.pack(">5I", date, date, date, date, 0) + struct.pack(">IIBBHI", 0, 0, 0, 0, mode, 1) + bytes(32)

    def folder(number, valence):
        return struct.pack(">hHII", 1, 0, valence, number) + facts(0o40755) + bytes(8)

    def thread(kind, parent, text):
        return struct.pack(">hhI", kind, 0, parent) + name(text)

    def file(number, content):
        nonlocal used
        start = used
        disk[start * block : start * block + len(content)] = content
        used += -(-len(content) // block)
        return struct.pack(">hHII", 2, 2, 0, number) + facts(0o100644) + bytes(8) + fork(len(content), start) + bytes(80)

    def node(link, kind, height, records):
        body, offsets = bytearray(struct.pack(">IIbBHH", link, 0, kind, height, len(records), 0)), []
        for record in records:
            offsets.append(len(body))
            body += record
        offsets.append(len(body))
        body += bytes(block - len(body))
        for number, offset in enumerate(offsets):
            struct.pack_into(">H", body, block - 2 * (number + 1), offset)
        return body

    def header(depth, root, leaves, nodes, longest, kind):
        record = struct.pack(">HIIIIHHIIHIBBI", depth, root, leaves, root, root, block, longest, nodes, 0, 0, block, 0, kind, 6)
        return node(0, 1, 0, [record + bytes(64), bytes(128), bytes([0xFF]) + bytes(block - 8 - 249)])

    records = [
        key(1, "Disk") + folder(2, 2),
        key(2, "") + thread(3, 1, "Disk"),
        key(2, "DCIM") + folder(16, 1),
        key(2, "three.jpg") + file(18, pictures["three"].read_bytes()),
        key(16, "") + thread(3, 2, "DCIM"),
        key(16, "one.jpg") + file(17, pictures["one"].read_bytes()),
        key(17, "") + thread(4, 16, "one.jpg"),
        key(18, "") + thread(4, 2, "three.jpg"),
    ]
    disk[2 * block : 3 * block] = header(0, 0, 0, 1, 10, 0)
    disk[3 * block : 4 * block] = header(1, 1, len(records), 2, 516, 0xCF)
    disk[4 * block : 5 * block] = node(0, -1, 1, records)
    for number in [*range(used), blocks - 1]:
        disk[block + number // 8] |= 0x80 >> number % 8
    volume = struct.pack(">2sHI4sI", b"H+", 4, 0x100, b"10.0", 0) + struct.pack(">4I", date, date, 0, date)
    volume += struct.pack(">9I", 2, 1, block, blocks, blocks - used - 1, used, block, block, 19) + struct.pack(">IQ", 1, 1) + bytes(32)
    volume += fork(blocks // 8, 1) + fork(block, 2) + fork(2 * block, 3) + bytes(160)
    disk[1024:1536] = volume
    disk[-1024:-512] = volume
    path.write_bytes(disk)
    return path


def partitioned(path, parts):
    """A GPT disk with a partition for each (type, content)."""
    blank(path, 1024 + sum(-(-len(content) // 1048576) * 1024 for _, content in parts) + 1024)
    start, words = 2048, []
    for number, (kind, content) in enumerate(parts, 1):
        size = -(-len(content) // 1048576) * 2048
        words += ["-n", f"{number}:{start}:{start + size - 1}", "-t", f"{number}:{kind}"]
        start += size
    run("sgdisk", "-a", 2048, *words, path)
    start = 1 << 20
    with open(path, "r+b") as file:
        for _, content in parts:
            file.seek(start)
            file.write(content)
            start += -(-len(content) // 1048576) << 20
    return path


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        pictures = make_pictures(scratch)
        made = [fat(scratch / "fat12.img", pictures), fat(scratch / "fat32.img", pictures, 34000, "-F", "32")]
        made += [ext(scratch / f"{version}.img", pictures, version) for version in ("ext2", "ext4")]
        ntfs = blank(scratch / "ntfs.img", 2048)
        run("mkfs.ntfs", "-q", "-F", "-f", ntfs, stderr=subprocess.DEVNULL)
        made.append(mounted(ntfs, pictures, "ntfs-3g", [("notes.txt:hidden.jpg", pictures["two"].read_bytes())]))
        exfat = blank(scratch / "exfat.img", 2048)
        run("mkfs.exfat", "-b", 4096, "-c", 4096, exfat)
        made.append(mounted(exfat, pictures, "mount.exfat-fuse"))
        made.append(hfsplus(scratch / "hfsplus.img", pictures))
        luks = b"LUKS\xba\xbe\x00\x02" + bytes(4088)
        parts = [("0700", (scratch / "fat12.img").read_bytes()), ("8300", luks), ("8300", (scratch / "ext2.img").read_bytes())]
        made.append(partitioned(scratch / "gpt.img", parts))
        for path in made:
            (HERE / (path.name + ".xz")).write_bytes(lzma.compress(path.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
        run("ewfacquire", "-u", "-q", "-c", "best", "-t", scratch / "hfsplus", scratch / "hfsplus.img", stderr=subprocess.DEVNULL)
        shutil.copy(scratch / "hfsplus.E01", HERE)
        for path in pictures.values():
            shutil.copy(path, HERE)


if __name__ == "__main__":
    main()

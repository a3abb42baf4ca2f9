"""`chance`: how near frames of unrelated films lie to each other, against what scores assume."""


def options(parser):
    pass


def main(_):
    return {}

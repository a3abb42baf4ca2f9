# Two commands matter: `make demo` and `make test`. Each installs what is missing first.

CASE := .build/demo.vestige
SWIFT_SOURCES := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Fuzzing/Package.swift Fuzzing/Sources/Fuzz/main.swift
IMPORT_CHECK := --explicit-target-dependency-import-check error

.PHONY: help demo test build packages lint format bench clean

help:
	@echo 'make demo     index the sample media and look for the known pictures among them'
	@echo 'make test     check the style, build, and run every test'
	@echo 'make build    build .build/release/vestige'
	@echo 'make lint     check the style only'
	@echo 'make format   put the sources into the style'
	@echo 'make bench    say how to run the benchmarks'
	@echo 'make clean    remove what was built, and the case of the demo'

packages:
	@.ci/install-packages

demo: build
	@.ci/demo .build/release/vestige $(CASE)

build: packages
	@echo 'Building vestige (the first time takes some minutes) ...'
	@swift build --quiet -c release $(IMPORT_CHECK) --product vestige

test:
	@.ci/install-packages tests
	@.ci/test

lint: packages
	@swift format lint --strict --recursive --parallel --configuration .swift-format $(SWIFT_SOURCES)

format: packages
	@swift format --in-place --recursive --parallel --configuration .swift-format $(SWIFT_SOURCES)

bench:
	@echo 'The benchmarks compare vestige with other tools in one run, so they need Python and those tools:'
	@echo '  make build'
	@echo '  (cd Benchmarks && swift build -c release)'
	@echo '  python3 Benchmarks/bench.py setup'
	@echo '  python3 Benchmarks/bench.py kernel'
	@echo 'Benchmarks/README.md says what each one measures, and what it needs.'

clean:
	rm -rf .build Benchmarks/.build

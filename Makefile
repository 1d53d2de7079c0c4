# SPDX-License-Identifier: GPL-2.0-or-later
#
# Front door: each target names its steps, scripts/ does the work. What is up
# to date is found out by the scripts and by ninja, so a step without work
# takes no time. `make help` says what there is.

KVM ?= yes
V ?= 0
export KVM V CC PYTHON QEMU_SOURCE QEMU_CONFIGURE MIRROR FIRMWARE KERNEL DEPS T SOAK \
       FUZZ_SECONDS

build := $(CURDIR)/build
qemu-src := $(build)/qemu/src
qemu-dir := $(build)/qemu/build$(if $(filter no,$(KVM)),-nokvm)
step := scripts/step

all: qemu tools

# Progress is read from ninja's own counter, in its usual form.
unexport NINJA_STATUS

build-deps:
	@scripts/deps build
qemu-source: build-deps
	@$(step) 1/6 "fetch QEMU and its data files" fetch scripts/fetch-build
	@$(step) 2/6 "unpack and patch QEMU" source scripts/qemu-source
qemu: qemu-source
	@$(step) 3/6 "configure QEMU $$(cat build/qemu/VERSION)" configure \
	    scripts/qemu-configure $(qemu-src) $(qemu-dir)
	@$(step) 4/6 "compile QEMU" compile scripts/qemu-compile $(qemu-dir)
	@$(step) 5/6 "install in build/bin" install \
	    scripts/qemu-install $(qemu-src) $(qemu-dir) $(build)

tools: build-deps
	@$(step) 6/6 "compile the sevemu command and unit tests" tools \
	    scripts/tools tools

tools-asan: build-deps
	@$(step) asan "compile unit tests with sanitizers" tools-asan \
	    scripts/tools tools-asan -Db_sanitize=address,undefined \
	    -Db_lundef=false

tools-tsan: build-deps
	@$(step) tsan "compile tests with threads for ThreadSanitizer" tools-tsan \
	    scripts/tools tools-tsan -Db_sanitize=thread -Db_lundef=false

qemu-asan: qemu
	@$(step) asan "link a QEMU with our folders instrumented" qemu-asan \
	    scripts/qemu-asan $(qemu-dir) $(build)/asan/qemu-system-x86_64

fuzz-targets: build-deps fuzz-deps
	@$(step) fuzz "compile the fuzzing targets" fuzz scripts/fuzz --build

fuzz: fuzz-targets
	@FUZZ_BUILT=yes scripts/fuzz

coverage: build-deps
	@scripts/coverage

check: check-deps all tools-asan tools-tsan qemu-asan fuzz-targets
	@scripts/check

check-full: check-deps all tools-asan tools-tsan qemu-asan fuzz-targets
	@scripts/check --full

check-arch: qemu-source
	@scripts/deps build check demo arch $(ARCH)
	@scripts/check-arch $(ARCH)

demo: demo-deps all
	@demo/demo $(if $(SVSM),--svsm,$(if $(SNP),--sev-snp,$(if $(ES),--sev-es)))

# The same configuration, so that only our changes make a difference.
unpatched := $(build)/qemu/unpatched$(if $(filter no,$(KVM)),-nokvm)
bench: bench-deps all $(if $(filter commands sev sev-es sev-snp svsm trips accept reports exits,$(ONLY)),,bench-unpatched)
	@bench/bench $(if $(PAIRS),--pairs $(PAIRS)) $(if $(ONLY),--only $(ONLY))

bench-unpatched: all
	@$(step) 1/3 "configure an unpatched QEMU" configure-unpatched \
	    scripts/qemu-configure $(build)/qemu/pristine $(unpatched)
	@$(step) 2/3 "compile it" compile-unpatched \
	    scripts/qemu-compile $(unpatched)
	@$(step) 3/3 "install it in build/bench" install-unpatched \
	    scripts/qemu-install $(build)/qemu/pristine $(unpatched) \
	    $(build)/bench/unpatched

series: qemu-source
	@scripts/series
series-build: qemu-source
	@scripts/series --build

check-deps:
	@scripts/deps build check demo
demo-deps:
	@scripts/deps build demo $(if $(SVSM),svsm)
fuzz-deps:
	@scripts/deps build fuzz
bench-deps:
	@scripts/deps build demo $(if $(filter-out instructions,$(ONLY)),,bench) $(if $(filter-out svsm,$(ONLY)),,svsm)

clean:
	@for f in build/* build/.[!.]*; do case $$f in \
	    build/downloads|build/apt) ;; *) rm -rf "$$f" ;; esac; done

distclean:
	@rm -rf build

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

.PHONY: all qemu tools tools-asan tools-tsan qemu-asan check check-full check-arch fuzz-targets fuzz coverage \
        demo bench bench-unpatched clean distclean help series series-build qemu-source \
        build-deps check-deps demo-deps fuzz-deps bench-deps
.NOTPARALLEL:

#: make                 build/bin/{qemu-system-x86_64,qemu-img,sevemu,sevemu-qemu}
#: make qemu            only QEMU
#: make tools           only our own programs
#: make tools-asan      the unit tests, with sanitizers
#: make tools-tsan      the tests with threads, with ThreadSanitizer
#: make qemu-asan       QEMU with sanitizers in our own folders, build/asan
#: make demo            a guest launched, measured and told a secret; with
#:                      ES=1 a SEV-ES guest, with SNP=1 a SEV-SNP guest, with
#:                      SVSM=1 one whose Linux runs above an SVSM
#: make check           the tests; T=NAME runs those whose name has NAME in it
#: make check-full      all of the tests; SOAK=SECONDS for the soak tests
#: make check-arch      ARCH=arm64, or s390x (big-endian): compile for another
#:                      architecture, test under an emulator of it
#: make fuzz            try the parsers of hostile input with libFuzzer, for
#:                      FUZZ_SECONDS=300 in all
#: make coverage        how much of asp/ the unit tests execute
#: make bench           how fast it is, compared with an unpatched QEMU
#:                      (PAIRS=NUMBER, ONLY=NAME: see bench/README.md)
#: make series          our work as a patch series for QEMU, in build/series
#: make series-build    the same, compiled at every patch
#: make clean           remove what was built, keep build/downloads
#: make distclean       remove build/
#:
#: Variables: V=1 (show everything), KVM=no (QEMU without KVM), CC=,
#: DEPS=auto (install missing system packages with sudo without asking),
#: QEMU_SOURCE= (tarball or tree of QEMU 10.0.x), QEMU_CONFIGURE= (more options
#: for QEMU's configure), FIRMWARE= and KERNEL= (for the demo), MIRROR= (URL of
#: a Debian mirror).

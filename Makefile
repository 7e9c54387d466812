# pollwait - wait for descriptors, and print those that are ready

VERSION = 0.2.0
# The version of the library's binary interface: increase it when programs that are
# linked with the library have to be linked again.
ABI = 0

PREFIX ?= /usr/local
BUILD ?= build
CFLAGS ?= -O2
AR ?= ar
OBJCOPY ?= objcopy
BASH_HEADERS ?= /usr/include/bash
ZSH_HEADERS ?= /usr/include/zsh

# Flags that leave fewer pages to map and to touch when the static command starts.
# They take hardening away; an empty value leaves them out.
STARTUP_CFLAGS ?= -fno-pie -fno-asynchronous-unwind-tables
STARTUP_LDFLAGS ?= -Wl,-z,noseparate-code,-z,norelro
# The code of the view is small, and linked last: a plain run does not touch its pages.
VIEW_FOLDERS := linux file view
VIEW_CFLAGS ?= -Os

# A CC given by the user builds everything.  Otherwise the command is linked
# statically, because that starts faster: with musl if musl-gcc is on PATH, else
# with the system's libc if it can be.
STATIC :=
ifeq ($(filter default undefined,$(origin CC)),)
COMMAND_CC := $(CC)
else
CC := cc
ifneq ($(wildcard $(addsuffix /musl-gcc,$(subst :, ,$(PATH)))),)
COMMAND_CC := musl-gcc
STATIC := -static $(STARTUP_LDFLAGS)
COMMAND_CFLAGS = $(STARTUP_CFLAGS)
$(VIEW_FOLDERS:%=$(BUILD)/command/%/%.o): COMMAND_CFLAGS += $(VIEW_CFLAGS)
else
COMMAND_CC := $(CC)
STATIC := -static
endif
endif
# The shells that load a builtin use the system's libc.
BUILTIN_CC := $(if $(findstring musl,$(CC)),cc,$(CC))

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes
# The one place of the feature macros.
REQUIRED = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc -DVERSION='"$(VERSION)"'
# Keep the directory of the tree out of what is built.
NOWHERE = -ffile-prefix-map="$$PWD=."
COMPILE = $(REQUIRED) $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(NOWHERE)
# Hide all names but those marked as public.
SHARED_FLAGS = -fPIC -fvisibility=hidden
BASH_FLAGS = -DSHELL $(patsubst %,-isystem $(BASH_HEADERS)%,/ /builtins /include)
ZSH_FLAGS = -DMODULE -DIMPORTING_MODULE_zshQsmain=1 -isystem $(ZSH_HEADERS)/..

# objcopy and other compilers cannot read the objects of -flto.
library_COMPILE = $(CC) $(COMPILE) $(SHARED_FLAGS) -fno-lto
command_COMPILE = $(COMMAND_CC) $(COMPILE) $(COMMAND_CFLAGS)
bash_COMPILE = $(BUILTIN_CC) $(COMPILE) $(SHARED_FLAGS) $(BASH_FLAGS)
zsh_COMPILE = $(BUILTIN_CC) $(COMPILE) $(SHARED_FLAGS) $(ZSH_FLAGS)

link_command = $(COMMAND_CC) $(CFLAGS) $(NOWHERE) $(1) $(LDFLAGS) -o $@ $^ $(LDLIBS)
# Leave out the user's -static, which is for the command.
link_shared = $(filter-out -static -static-pie,$(1) $(CFLAGS) $(LDFLAGS)) $(NOWHERE) -shared

# The command and the builtins are built from the same sources, but for these.
COMMAND_ONLY := src/host/command.c
SHELL_ONLY := $(wildcard src/host/shell*.c)
BASH_ONLY := $(wildcard src/host/bash*.c)
ZSH_ONLY := $(wildcard src/host/zsh*.c)
SOURCES := src/main.c \
	$(filter-out $(COMMAND_ONLY) $(SHELL_ONLY) $(BASH_ONLY) $(ZSH_ONLY) $(VIEW_FOLDERS:%=src/%/%),$(wildcard src/*/*.c)) \
	$(wildcard $(VIEW_FOLDERS:%=src/%/*.c))
library_SOURCES := $(wildcard src/lib/*.c)
command_SOURCES := $(COMMAND_ONLY) $(SOURCES)
bash_SOURCES := $(SOURCES) $(SHELL_ONLY) $(BASH_ONLY)
zsh_SOURCES := $(SOURCES) $(SHELL_ONLY) $(ZSH_ONLY)

SONAME := libpollset.so.$(ABI)
MANUALS := $(patsubst man/%,$(BUILD)/%,$(wildcard man/*.[1-9]))
BUILTINS := $(if $(wildcard $(BASH_HEADERS)/shell.h),$(BUILD)/pollwait.so) \
	$(if $(ZSH_ONLY),$(if $(wildcard $(ZSH_HEADERS)/zsh.mdh),$(BUILD)/zsh/pollwait.so))

.DELETE_ON_ERROR:
.PHONY: all library builtin zsh tests check quick lint fuzz faults coverage mutants demo bench dist install uninstall clean
all: $(BUILD)/pollwait $(MANUALS) library $(BUILTINS)
library: $(BUILD)/libpollset.a $(BUILD)/libpollset.so $(BUILD)/pollset.pc $(BUILD)/pollset.3
builtin: $(BUILD)/pollwait.so
zsh: $(BUILD)/zsh/pollwait.so

# Build the objects of a kind in a directory of their own, beside a file of the
# flags, on which they depend.  The file is written again when make is run with
# other flags or other sources.
text_FLAGS = $(VERSION) $(PREFIX)
define build_kind
$(1)_OBJECTS := $$($(1)_SOURCES:src/%.c=$(BUILD)/$(1)/%.o)
$(1)_FLAGS ?= $$(strip $$($(1)_COMPILE) $$(VIEW_CFLAGS) $$(STATIC) $$(LDFLAGS) $$(LDLIBS) $$(SONAME) $$($(1)_SOURCES))
ifneq ($$(file <$(BUILD)/$(1)/flags),$$($(1)_FLAGS))
.PHONY: $(BUILD)/$(1)/flags
endif
$(BUILD)/$(1)/flags:
	mkdir -p $$(sort $$(dir $$@ $$($(1)_OBJECTS)))
	printf '%s\n' '$$(subst ','\'',$$($(1)_FLAGS))' >$$@
$(BUILD)/$(1)/%.o: src/%.c $(BUILD)/$(1)/flags
	$$($(1)_COMPILE) -MMD -MP -c -o $$@ $$<
-include $$(wildcard $$($(1)_OBJECTS:.o=.d))
endef
$(foreach kind,command library bash zsh text,$(eval $(call build_kind,$(kind))))

# Link statically if that can be.  The linker writes piece by piece, and the kernel keeps
# the pieces: a copy, as an installed file is one, starts a twentieth faster.
$(BUILD)/pollwait: $(command_OBJECTS)
	$(if $(STATIC),$(call link_command,$(STATIC)) 2>/dev/null || )$(link_command)
	cp $@ $@.copy && mv $@.copy $@

# A builtin uses its own functions where the shell has some of the same name, and is
# refused by a shell that lacks one that it needs.
$(BUILD)/pollwait.so: $(bash_OBJECTS)
$(BUILD)/zsh/pollwait.so: $(zsh_OBJECTS)
$(BUILD)/pollwait.so $(BUILD)/zsh/pollwait.so: src/host/builtin.map
	$(call link_shared,$(BUILTIN_CC)) -Wl,-Bsymbolic,-z,now,--version-script=$< \
		-o $@ $(filter %.o,$^) $(LDLIBS)

# Both libraries show the public functions alone.
$(BUILD)/libpollset.a: $(library_OBJECTS)
	$(CC) $(CFLAGS) -nostdlib -r -o $(BUILD)/library/pollset.o $^
	$(OBJCOPY) --localize-hidden $(BUILD)/library/pollset.o
	rm -f $@
	$(AR) rcsD $@ $(BUILD)/library/pollset.o
$(BUILD)/$(SONAME): $(library_OBJECTS)
	$(call link_shared,$(CC)) -Wl,-soname,$(SONAME) -o $@ $^ $(LDLIBS)
$(BUILD)/libpollset.so: $(BUILD)/$(SONAME)
	ln -sf $(SONAME) $@
$(BUILD)/pollset.pc: src/lib/pollset.pc.in $(BUILD)/text/flags
	sed 's|@PREFIX@|$(PREFIX)|; s/@VERSION@/$(VERSION)/' $< >$@
$(MANUALS): $(BUILD)/%: man/% $(BUILD)/text/flags
	sed 's|@PREFIX@|$(PREFIX)|; s/@VERSION@/$(VERSION)/' $< >$@

# The core's tests make its allocations fail, and its clock say what they like.
$(BUILD)/library/pollset_test.o: tests/c/pollset_test.c $(BUILD)/library/flags
	$(library_COMPILE) -MMD -MP -c -o $@ $<
-include $(wildcard $(BUILD)/library/pollset_test.d)
$(BUILD)/pollset_test: $(BUILD)/library/pollset_test.o $(library_OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=clock_gettime,--wrap=syscall -o $@ $^ $(LDLIBS)

# The walk knows nothing of Linux, and is tested on systems that are made up.
$(BUILD)/library/walk_test.o: tests/c/walk_test.c $(BUILD)/library/flags
	$(library_COMPILE) -MMD -MP -c -o $@ $<
-include $(wildcard $(BUILD)/library/walk_test.d)
$(BUILD)/walk_test: $(BUILD)/library/walk_test.o $(library_OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Each allocation of the command fails in turn.
FAILING := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(BUILD)/command/failing_alloc.o: tests/c/failing_alloc.c $(BUILD)/command/flags
	$(command_COMPILE) -c -o $@ $<
$(BUILD)/failing_alloc: $(command_OBJECTS) $(BUILD)/command/failing_alloc.o
	$(call link_command,$(STATIC) $(FAILING))

# Make each allocation of the builtins fail in turn, in a place where tests/through looks.
$(BUILD)/failing/%.o: tests/c/failing_alloc.c $(BUILD)/bash/flags
	mkdir -p $(@D)
	$(bash_COMPILE) -c -o $@ $<
$(BUILD)/failing/pollwait.so: $(bash_OBJECTS)
$(BUILD)/failing/zsh/pollwait.so: $(zsh_OBJECTS)
$(BUILD)/failing/pollwait.so $(BUILD)/failing/zsh/pollwait.so: $(BUILD)/failing/failing_alloc.o src/host/builtin.map
	mkdir -p $(@D)
	$(call link_shared,$(BUILTIN_CC)) $(FAILING) -Wl,-Bsymbolic,--version-script=src/host/builtin.map \
		-o $@ $(filter %.o,$^) $(LDLIBS)

# Each system call of the command fails in turn.
$(BUILD)/fault: tests/c/fault.c
	$(CC) $(REQUIRED) $(WARNINGS) $(CFLAGS) $(LDFLAGS) -o $@ $<

# Build all that the tests need: the sources three times.
tests: all $(BUILD)/pollset_test $(BUILD)/walk_test $(BUILD)/failing_alloc $(BUILTINS:$(BUILD)/%=$(BUILD)/failing/%) $(BUILD)/fault $(BUILD)/fuzz/machine
	$(MAKE) all $(BUILD)/sanitize/pollset_test $(BUILD)/sanitize/walk_test $(BUILD)/sanitize/failing_alloc BUILD=$(BUILD)/sanitize CC=$(CC) \
		CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
	$(MAKE) all $(BUILD)/valgrind/pollset_test BUILD=$(BUILD)/valgrind CC=$(CC) CFLAGS='-g -O1'

# Everything: the tests against each build, and the linters.  All processors build,
# if make was not told how many do.
check:
	$(MAKE) $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$$(nproc)) tests
	tests/check $(BUILD)
# At each change: the tests that take no more than a second.
quick: all $(BUILD)/pollset_test $(BUILD)/walk_test $(BUILD)/failing_alloc $(BUILD)/fault
	tests/check -q $(BUILD)

# Follow fewer of the ways through a function: all of them take two minutes.
ANALYSIS ?= -Xclang -analyzer-config -Xclang max-nodes=60000
lint:
	tests/layers src
	mandoc -T lint -W warning man/*.[1-9]
	shellcheck .ci/run tests/check tests/layers tests/through tests/demo tests/fuzz/build tests/fuzz/run tests/reference/picture.sh tests/bats/*.bash tests/bats/*.bats \
		src/completion/pollwait.bash
	cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability \
		--inline-suppr --std=c11 -D_GNU_SOURCE -DVERSION='""' -Isrc -Isrc/lib src/main.c src/*/*.c tests/c/*.c
	clang-tidy --quiet src/main.c src/*/*.c -- $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) $(ZSH_FLAGS) $(ANALYSIS) 2>/dev/null
	gcc $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) $(ZSH_FLAGS) -Werror -O2 -fsyntax-only -Isrc/lib src/main.c src/*/*.c tests/c/*.c
	clang $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) $(ZSH_FLAGS) -Werror -O2 -fsyntax-only -Isrc/lib src/main.c src/*/*.c tests/c/*.c

# FUZZ_SECONDS is the time of each of the fuzzers.
$(BUILD)/fuzz/machine: $(SOURCES) $(wildcard src/*/*.h tests/fuzz/*.[ch]) tests/fuzz/build
	tests/fuzz/build $@ $(SOURCES)
fuzz: $(BUILD)/fuzz/machine
	tests/fuzz/run $(BUILD)

# FAULTS is a part of the name of a kind of run: only these.
faults: $(BUILD)/pollwait $(BUILD)/fault
	unshare -pfm --mount-proc /usr/bin/python3 tests/reference/faults.py $(BUILD)/pollwait $(BUILD)/fault $(FAULTS)

# What the tests do not reach: tests/coverage $(BUILD) -b lists it.
coverage:
	tests/coverage $(BUILD)

# MUTANTS are arguments, as --all or -n 100 --seed 7.
mutants:
	tests/mutants $(BUILD) $(MUTANTS)

demo: $(BUILD)/pollwait
	tests/demo $(BUILD)/pollwait

bench: all
	tests/bench/run $(BUILD) $(BASH_HEADERS)

# Take what git has committed, or without a repository what is there.  The time of
# all files is SOURCE_DATE_EPOCH, or else that of the last commit, or that of the
# tarball that the tree comes from.
DIST := pollwait-$(VERSION)
GIT := git --git-dir=.git
dist:
	rm -rf $(BUILD)/$(DIST)
	mkdir -p $(BUILD)/$(DIST)
	{ $(GIT) archive HEAD 2>/dev/null || tar -c --exclude=.git .[a-z]* Makefile README.md src man tests; } | \
		tar -x -C $(BUILD)/$(DIST)
	time=$${SOURCE_DATE_EPOCH:-$$($(GIT) log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)} && \
		tar -C $(BUILD) --use-compress-program='gzip -9n' -cf $(BUILD)/$(DIST).tar.gz \
		--sort=name --format=ustar --mtime=@$$time --owner=0 --group=0 --numeric-owner \
		--mode=u+rwX,go+rX,go-w $(DIST)

# MODE:FILE:PLACE below PREFIX.
INSTALLED := 755:$(BUILD)/pollwait:bin/pollwait \
	$(foreach file,$(MANUALS),644:$(file):share/man/man$(subst .,,$(suffix $(file)))/$(notdir $(file))) \
	644:src/completion/pollwait.bash:share/bash-completion/completions/pollwait \
	644:src/completion/_pollwait:share/zsh/site-functions/_pollwait \
	644:src/completion/pollwait.fish:share/fish/vendor_completions.d/pollwait.fish \
	644:src/lib/pollset.h:include/pollset.h \
	644:$(BUILD)/libpollset.a:lib/libpollset.a \
	755:$(BUILD)/$(SONAME):lib/$(SONAME) \
	644:$(BUILD)/pollset.pc:lib/pkgconfig/pollset.pc
INSTALLED_BUILTINS := 755:$(BUILD)/pollwait.so:lib/bash/pollwait \
	755:$(BUILD)/zsh/pollwait.so:lib/zsh/pollwait.so
part = $(word $(1),$(subst :, ,$(2)))
place = '$(DESTDIR)$(PREFIX)/$(1)'
define install_file
install -D -m $(call part,1,$(1)) $(call part,2,$(1)) $(call place,$(call part,3,$(1)))

endef
define uninstall_file
rm -f $(call place,$(call part,3,$(1)))

endef

install: all
	$(foreach file,$(INSTALLED) $(filter $(BUILTINS:%=755:%:%),$(INSTALLED_BUILTINS)),$(call install_file,$(file)))
	ln -sf $(SONAME) $(call place,lib/libpollset.so)

uninstall:
	$(foreach file,$(INSTALLED) $(INSTALLED_BUILTINS),$(call uninstall_file,$(file)))
	rm -f $(call place,lib/libpollset.so)

clean:
	rm -rf $(BUILD)

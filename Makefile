# pollwait - wait for descriptors, and print those that are ready

VERSION = 0.1.0

PREFIX ?= /usr/local
BUILD ?= build
CFLAGS ?= -O2
AR ?= ar
OBJCOPY ?= objcopy

# Its number changes when a program linked with the one before would break.
SONAME := libpollset.so.$(firstword $(subst ., ,$(VERSION)))

# A CC given by the user builds everything.  Otherwise the command, which runs
# once and ends, and so costs what its start-up costs, is linked statically: with
# musl if it is there, else with the system's libc if that can be.
ifeq ($(filter default undefined,$(origin CC)),)
COMMAND_CC := $(CC)
else
CC := cc
COMMAND_CC := $(or $(shell command -v musl-gcc >/dev/null && echo musl-gcc),$(CC))
ifeq ($(COMMAND_CC),musl-gcc)
# Fewer pages to map and to touch than the linker's defaults give.
COMMAND_LDFLAGS := -static -Wl,-z,noseparate-code,-z,norelro
else
COMMAND_LDFLAGS := $(shell t=$$(mktemp -d) && echo 'int main(void) { return 0; }' >$$t/t.c \
	&& $(CC) -static -o $$t/t $$t/t.c 2>/dev/null && echo -static; rm -rf "$$t")
endif
endif

# bash's headers, without which there is no builtin.  It is loaded into a bash of
# the system's libc, where nothing made for another can be.
BASH_HEADERS ?= /usr/include/bash
BUILTIN_CC := $(if $(findstring musl,$(CC)),cc,$(CC))
BUILTIN := $(if $(wildcard $(BASH_HEADERS)/shell.h),$(BUILD)/pollwait.so)
BASH_FLAGS = -DSHELL $(patsubst %,-isystem $(BASH_HEADERS)%,/ /builtins /include)

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes
# The one place of the feature macros.
REQUIRED = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc -DVERSION='"$(VERSION)"'
COMPILE = $(REQUIRED) $(WARNINGS) $(CPPFLAGS) $(CFLAGS)

# What is not marked as public stays inside.
LIBRARY_FLAGS = -fPIC -fvisibility=hidden
# A static link that the user asks for is the command's.
shared = $(filter-out -static,$(1) $(CFLAGS) $(LDFLAGS)) $(NOWHERE) -shared

# Where the tree lies must not be seen in what is built.  Compilers ask PWD, which
# may come by a symbolic link.
export PWD := $(CURDIR)
NOWHERE = -ffile-prefix-map='$(CURDIR)=.'

# Objects of another compiler, or made with other flags, lie in another directory.
sum = $(firstword $(shell printf '%s' '$(subst ','\'',$(1))' | cksum))
key = $(call sum,$(1) $(shell $(1) --version 2>&1) $(COMPILE) $(2) $(LDFLAGS) $(LDLIBS))
COMMAND_DIR := $(BUILD)/command-$(call key,$(COMMAND_CC),$(COMMAND_LDFLAGS))
LIBRARY_DIR := $(BUILD)/library-$(call key,$(CC),$(LIBRARY_FLAGS))

BUILTIN_DIR := $(BUILD)/builtin-$(call key,$(BUILTIN_CC),$(LIBRARY_FLAGS) $(BASH_FLAGS))

# The command and the builtin are the same sources, but for these.
COMMAND_ONLY := src/host/command.c
BUILTIN_ONLY := $(wildcard src/host/bash*.c)
SOURCES := src/main.c $(wildcard src/*/*.c)
objects = $(patsubst src/%.c,$(1)/%.o,$(filter-out $(2),$(SOURCES)))
COMMAND_OBJECTS := $(call objects,$(COMMAND_DIR),$(BUILTIN_ONLY))
BUILTIN_OBJECTS := $(call objects,$(BUILTIN_DIR),$(COMMAND_ONLY))
COMMAND_SUM := $(call sum,$(COMMAND_OBJECTS))
BUILTIN_SUM := $(call sum,$(BUILTIN_OBJECTS))

# What completes the arguments in bash, zsh and fish.
COMPLETIONS := $(patsubst src/%.in,$(BUILD)/%,$(wildcard src/completion/*.in))

.DELETE_ON_ERROR:
.PHONY: all library builtin tests check quick lint demo bench dist install uninstall clean
all: $(BUILD)/pollwait $(BUILD)/pollwait.1 $(BUILD)/pollwait-cookbook.7 library $(BUILTIN) $(COMPLETIONS)
library: $(BUILD)/libpollset.a $(BUILD)/libpollset.so $(BUILD)/pollset.pc $(BUILD)/pollset.3

builtin: $(BUILD)/pollwait.so

$(COMMAND_DIR)/%.o: src/%.c | $(COMMAND_DIR)
	mkdir -p $(@D)
	$(COMMAND_CC) $(COMPILE) $(NOWHERE) -MMD -MP -c -o $@ $<
$(LIBRARY_DIR)/%.o: src/%.c | $(LIBRARY_DIR)
	mkdir -p $(@D)
	$(CC) $(COMPILE) $(LIBRARY_FLAGS) $(NOWHERE) -MMD -MP -c -o $@ $<
$(BUILTIN_DIR)/%.o: src/%.c | $(BUILTIN_DIR)
	mkdir -p $(@D)
	$(BUILTIN_CC) $(COMPILE) $(LIBRARY_FLAGS) $(BASH_FLAGS) $(NOWHERE) -MMD -MP -c -o $@ $<
$(LIBRARY_DIR)/%.o: tests/%.c | $(LIBRARY_DIR)
	mkdir -p $(@D)
	$(CC) $(COMPILE) $(NOWHERE) -Isrc -MMD -MP -c -o $@ $<
$(COMMAND_DIR) $(LIBRARY_DIR) $(BUILTIN_DIR) $(BUILD)/completion:
	mkdir -p $@
-include $(wildcard $(COMMAND_DIR)/*.d $(COMMAND_DIR)/*/*.d $(LIBRARY_DIR)/*.d $(LIBRARY_DIR)/*/*.d $(BUILTIN_DIR)/*.d $(BUILTIN_DIR)/*/*.d)

# $(1) is made anew, too, when it was last made with something else than $(2).
define made_with
ifneq ($$(file <$(1).with),$(2))
.PHONY: $(1)
endif
endef
$(eval $(call made_with,$(BUILD)/pollwait,$(COMMAND_SUM)))
$(eval $(call made_with,$(BUILD)/pollwait.so,$(BUILTIN_SUM)))
$(eval $(call made_with,$(BUILD)/pollset_test,$(LIBRARY_DIR)))
$(eval $(call made_with,$(BUILD)/libpollset.a,$(LIBRARY_DIR)))
$(eval $(call made_with,$(BUILD)/$(SONAME),$(LIBRARY_DIR)))
$(eval $(call made_with,$(BUILD)/pollset.pc,$(VERSION) $(PREFIX)))
$(eval $(call made_with,$(BUILD)/pollwait.1,$(VERSION)))
$(eval $(call made_with,$(BUILD)/pollset.3,$(VERSION)))
$(eval $(call made_with,$(BUILD)/pollwait-cookbook.7,$(VERSION)))

$(BUILD)/pollwait: $(COMMAND_OBJECTS)
	$(COMMAND_CC) $(CFLAGS) $(NOWHERE) $(COMMAND_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
	echo $(COMMAND_SUM) >$@.with

# It finds the functions of bash in the bash that loads it, and its own in itself.
$(BUILD)/pollwait.so: $(BUILTIN_OBJECTS)
	$(call shared,$(BUILTIN_CC)) -Wl,-Bsymbolic -o $@ $^ $(LDLIBS)
	echo $(BUILTIN_SUM) >$@.with

MANUALS := $(BUILD)/pollwait.1 $(BUILD)/pollset.3 $(BUILD)/pollwait-cookbook.7
$(MANUALS): $(BUILD)/%: man/% | $(LIBRARY_DIR)
	sed 's/@VERSION@/$(VERSION)/' $< >$@
	echo $(VERSION) >$@.with

# The names of events and options are those of the source's own tables.
TABLES := src/cli/event.c src/cli/options.c
$(COMPLETIONS): $(BUILD)/%: src/%.in src/completion/fill.awk $(TABLES) | $(BUILD)/completion
	awk -f src/completion/fill.awk $(TABLES) $< >$@

# Both libraries show the public functions alone.
$(BUILD)/libpollset.a: $(LIBRARY_DIR)/lib/pollset.o
	mkdir -p $(LIBRARY_DIR)/public
	$(OBJCOPY) --localize-hidden $< $(LIBRARY_DIR)/public/pollset.o
	rm -f $@
	$(AR) rcsD $@ $(LIBRARY_DIR)/public/pollset.o
	echo $(LIBRARY_DIR) >$@.with
$(BUILD)/$(SONAME): $(LIBRARY_DIR)/lib/pollset.o
	$(call shared,$(CC)) -Wl,-soname,$(SONAME) -o $@ $< $(LDLIBS)
	echo $(LIBRARY_DIR) >$@.with
$(BUILD)/libpollset.so: $(BUILD)/$(SONAME)
	ln -sf $(SONAME) $@
$(BUILD)/pollset.pc: src/lib/pollset.pc.in | $(LIBRARY_DIR)
	sed 's|@PREFIX@|$(PREFIX)|; s/@VERSION@/$(VERSION)/' $< >$@
	echo $(VERSION) $(PREFIX) >$@.with

# The core's tests make its allocations fail.
$(BUILD)/pollset_test: $(LIBRARY_DIR)/c/pollset_test.o $(LIBRARY_DIR)/lib/pollset.o
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc -o $@ $^ $(LDLIBS)
	echo $(LIBRARY_DIR) >$@.with

# Build all that the tests need: the sources three times.
tests: all $(BUILD)/pollset_test
	$(MAKE) all $(BUILD)/sanitize/pollset_test BUILD=$(BUILD)/sanitize CC=$(CC) \
		CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
	$(MAKE) all $(BUILD)/valgrind/pollset_test BUILD=$(BUILD)/valgrind CC=$(CC) CFLAGS='-g -O1'

# Everything: the tests against each build, and the linters.
check: tests
	tests/check $(BUILD)
# At each change: the tests that take no more than a second.
quick: all $(BUILD)/pollset_test
	tests/check -q $(BUILD)

lint:
	tests/layers src
	mandoc -T lint -W warning man/pollwait.1 man/pollset.3 man/pollwait-cookbook.7
	shellcheck .ci/run tests/check tests/layers tests/demo tests/bench/run tests/bats/*.bash tests/bats/*.bats \
		src/completion/pollwait.bash.in
	cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability \
		--inline-suppr --std=c11 -D_GNU_SOURCE -DVERSION='""' -Isrc -Isrc/lib src/main.c src/*/*.c tests/c/*.c
	clang-tidy --quiet src/main.c src/*/*.c -- $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) 2>/dev/null
	gcc $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) -Werror -O2 -fsyntax-only -Isrc/lib src/main.c src/*/*.c tests/c/*.c
	clang $(REQUIRED) $(WARNINGS) $(BASH_FLAGS) -Werror -O2 -fsyntax-only -Isrc/lib src/main.c src/*/*.c tests/c/*.c

demo: $(BUILD)/pollwait
	tests/demo $(BUILD)/pollwait

bench: all
	tests/bench/run $(BUILD) $(BASH_HEADERS)

# What git knows of, or without git what is there.  The same bytes for the same
# SOURCE_DATE_EPOCH, which is otherwise the time of the last commit, or of the
# tarball that the tree comes from.
DIST := pollwait-$(VERSION)
TRACKED := $(shell git ls-files 2>/dev/null)
DISTRIBUTED = $(or $(TRACKED),$(shell find .[a-z]* Makefile README.md src man tests -type f -not -path '.git/*' -not -path .git))
SOURCE_DATE_EPOCH ?= $(shell $(if $(TRACKED),git log -1 --format=%ct,stat -c %Y Makefile))
dist: | $(LIBRARY_DIR)
	printf '%s\n' $(DISTRIBUTED) | LC_ALL=C sort | tar --create --files-from=- \
		--transform='s|^|$(DIST)/|' --format=ustar --mtime=@$(SOURCE_DATE_EPOCH) \
		--owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w | gzip -9n >$(BUILD)/$(DIST).tar.gz

install: all
	install -D -m 755 $(BUILD)/pollwait '$(DESTDIR)$(PREFIX)/bin/pollwait'
	install -D -m 644 $(BUILD)/pollwait.1 '$(DESTDIR)$(PREFIX)/share/man/man1/pollwait.1'
	install -D -m 644 $(BUILD)/pollset.3 '$(DESTDIR)$(PREFIX)/share/man/man3/pollset.3'
	install -D -m 644 $(BUILD)/pollwait-cookbook.7 \
		'$(DESTDIR)$(PREFIX)/share/man/man7/pollwait-cookbook.7'
	install -D -m 644 $(BUILD)/completion/pollwait.bash \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/pollwait'
	install -D -m 644 $(BUILD)/completion/_pollwait \
		'$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_pollwait'
	install -D -m 644 $(BUILD)/completion/pollwait.fish \
		'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/pollwait.fish'
	install -D -m 644 src/lib/pollset.h '$(DESTDIR)$(PREFIX)/include/pollset.h'
	install -D -m 644 $(BUILD)/libpollset.a '$(DESTDIR)$(PREFIX)/lib/libpollset.a'
	install -D -m 755 $(BUILD)/$(SONAME) '$(DESTDIR)$(PREFIX)/lib/$(SONAME)'
	ln -sf $(SONAME) '$(DESTDIR)$(PREFIX)/lib/libpollset.so'
	install -D -m 644 $(BUILD)/pollset.pc '$(DESTDIR)$(PREFIX)/lib/pkgconfig/pollset.pc'
ifneq ($(BUILTIN),)
	install -D -m 755 $(BUILTIN) '$(DESTDIR)$(PREFIX)/lib/bash/pollwait'
endif

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/pollwait'
	rm -f '$(DESTDIR)$(PREFIX)/share/man/man1/pollwait.1'
	rm -f '$(DESTDIR)$(PREFIX)/share/man/man3/pollset.3'
	rm -f '$(DESTDIR)$(PREFIX)/share/man/man7/pollwait-cookbook.7'
	rm -f '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/pollwait'
	rm -f '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_pollwait'
	rm -f '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/pollwait.fish'
	rm -f '$(DESTDIR)$(PREFIX)/include/pollset.h'
	rm -f '$(DESTDIR)$(PREFIX)/lib/libpollset.a'
	rm -f '$(DESTDIR)$(PREFIX)/lib/$(SONAME)'
	rm -f '$(DESTDIR)$(PREFIX)/lib/libpollset.so'
	rm -f '$(DESTDIR)$(PREFIX)/lib/pkgconfig/pollset.pc'
	rm -f '$(DESTDIR)$(PREFIX)/lib/bash/pollwait'

clean:
	rm -rf $(BUILD)

// A wall clock that a test can move: preloaded into a server, it adds to the real time the
// milliseconds that TEMOIN_TEST_CLOCK names. That is a number, or the path of a file of 8 bytes
// (a signed integer in the machine's order) which the test may overwrite while the server runs.
// Monotonic clocks, and so timers, stay as they are.
//
// It asks the kernel itself and takes no memory: libfaketime looks symbols up, which allocates,
// and workerd's allocator asks for the time while it starts, so that the two wait for each other.
//
//	cc -O2 -shared -fPIC -o clock.so clock.c
//	LD_PRELOAD=$PWD/clock.so TEMOIN_TEST_CLOCK=-3600000 workerd serve …
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t fixed;
static volatile const int64_t *offset_ms = &fixed;

__attribute__((constructor)) static void start(void) {
	const char *setting = getenv("TEMOIN_TEST_CLOCK");
	if (!setting) return;
	if (*setting != '/') {
		fixed = strtoll(setting, NULL, 10);
		return;
	}
	int file = open(setting, O_RDONLY | O_CLOEXEC);
	void *shared = mmap(NULL, sizeof fixed, PROT_READ, MAP_SHARED, file, 0);
	if (shared == MAP_FAILED) _exit(99);
	close(file);
	offset_ms = shared;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
	int failed = syscall(SYS_clock_gettime, clock, now);
	if (failed || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
	int64_t offset = *offset_ms; // once: it may change
	int64_t nanoseconds = now->tv_nsec + offset % 1000 * 1000000;
	now->tv_sec += offset / 1000;
	if (nanoseconds < 0) { nanoseconds += 1000000000; now->tv_sec--; }
	if (nanoseconds >= 1000000000) { nanoseconds -= 1000000000; now->tv_sec++; }
	now->tv_nsec = nanoseconds;
	return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
	(void)zone;
	struct timespec precise;
	clock_gettime(CLOCK_REALTIME, &precise);
	now->tv_sec = precise.tv_sec;
	now->tv_usec = precise.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *where) {
	struct timespec precise;
	clock_gettime(CLOCK_REALTIME, &precise);
	if (where) *where = precise.tv_sec;
	return precise.tv_sec;
}

#include "trace/trace-target_i386_sevemu_cpu.h"

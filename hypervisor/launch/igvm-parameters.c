/*
 * Fills in what an IGVM file wants to be told about the machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/bios-linker-loader.h"
#include "hw/boards.h"
#include "hw/i386/acpi-common.h"
#include "hw/i386/e820_memory_layout.h"
#include "hw/i386/x86.h"
#include "hypervisor/launch/igvm-parameters.h"
#ifdef CONFIG_FDT
#include <libfdt.h>
#endif

/* Appends a parameter's bytes. */
typedef void WriteParameter(GByteArray *to);

static void write_vp_count(GByteArray *to)
{
    le32 count = le32_of(current_machine->smp.cpus);

    g_byte_array_append(to, (const uint8_t *)&count, sizeof(count));
}

/* As with QEMU and KVM: pages are private one by one, as the guest asks. */
static void write_environment(GByteArray *to)
{
    le32 info = le32_of(IGVM_ENVIRONMENT_MEMORY_IS_SHARED);

    g_byte_array_append(to, (const uint8_t *)&info, sizeof(info));
}

static gint by_page(gconstpointer a, gconstpointer b)
{
    uint64_t one = le64_get(((const IgvmMemoryMapEntry *)a)->first_page);
    uint64_t other = le64_get(((const IgvmMemoryMapEntry *)b)->first_page);

    return one < other ? -1 : one > other;
}

static void write_memory_map(GByteArray *to)
{
    g_autoptr(GArray) map = g_array_new(false, false,
                                        sizeof(IgvmMemoryMapEntry));
    const IgvmMemoryMapEntry end = { .type = le16_of(0) };
    struct e820_entry *entries;
    int nr = e820_get_table(&entries);

    for (int i = 0; i < nr; i++) {
        IgvmMemoryMapEntry entry = {
            .first_page = le64_of(entries[i].address / IGVM_PAGE_SIZE),
            .nr_pages = le64_of(entries[i].length / IGVM_PAGE_SIZE),
            .type = le16_of(entries[i].type == E820_RAM
                            ? IGVM_MEMORY : IGVM_MEMORY_RESERVED),
        };

        g_array_append_val(map, entry);
    }
    g_array_sort(map, by_page);
    g_byte_array_append(to, (const uint8_t *)map->data,
                        map->len * sizeof(IgvmMemoryMapEntry));
    g_byte_array_append(to, (const uint8_t *)&end, sizeof(end));
}

/* What a guest's firmware would do by QEMU's linker script */
static void set_checksum(GArray *table)
{
    uint8_t *bytes = (uint8_t *)table->data, sum = 0;
    const unsigned at = 9;      /* of a table's header, ACPI 5.2.6 */

    bytes[at] = 0;
    for (guint i = 0; i < table->len; i++) {
        sum += bytes[i];
    }
    bytes[at] = -sum;
}

/* The table alone, of that form which a machine's other tables have */
static void write_madt(GByteArray *to)
{
    X86MachineState *x86ms = X86_MACHINE(current_machine);
    g_autoptr(GArray) table = g_array_new(false, true, 1);
    BIOSLinker *linker = bios_linker_loader_init();

    bios_linker_loader_alloc(linker, ACPI_BUILD_TABLE_FILE, table, 64, false);
    acpi_build_madt(table, linker, x86ms, x86ms->oem_id,
                    x86ms->oem_table_id);
    bios_linker_loader_cleanup(linker);
    set_checksum(table);
    g_byte_array_append(to, (const uint8_t *)table->data, table->len);
}

/*
 * Without the room that QEMU leaves in a tree for what may be added.  Where the
 * machine has none, the area stays as it is.
 */
static void write_device_tree(GByteArray *to)
{
#ifdef CONFIG_FDT
    const void *tree = current_machine->fdt;
    g_autofree void *packed = NULL;

    if (!tree) {
        return;
    }
    packed = g_memdup2(tree, fdt_totalsize(tree));
    if (fdt_pack(packed) == 0) {
        g_byte_array_append(to, packed, fdt_totalsize(packed));
    }
#endif
}

static const struct {
    uint32_t type;
    WriteParameter *write;
} rows[] = {
    { IGVM_VHT_VP_COUNT, write_vp_count },
    { IGVM_VHT_ENVIRONMENT_INFO, write_environment },
    { IGVM_VHT_MEMORY_MAP, write_memory_map },
    { IGVM_VHT_MADT, write_madt },
    { IGVM_VHT_DEVICE_TREE, write_device_tree },
};

static WriteParameter *find_write(uint32_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (rows[i].type == type) {
            return rows[i].write;
        }
    }
    return NULL;
}

bool igvm_parameters_has(uint32_t type)
{
    return find_write(type);
}

GByteArray *igvm_parameters_area(const IgvmLaunch *launch, uint32_t index)
{
    return g_hash_table_lookup(launch->parameters, GUINT_TO_POINTER(index));
}

static void make_area(IgvmLaunch *launch, const IgvmHeader *header)
{
    uint32_t index = le32_get(header->area->index);
    GByteArray *area = g_byte_array_set_size(g_byte_array_new(),
                                             header->size);

    memset(area->data, 0, area->len);
    if (header->content) {
        memcpy(area->data, header->content, header->size);
    }
    g_hash_table_insert(launch->parameters, GUINT_TO_POINTER(index), area);
}

static bool write_to_area(const IgvmLaunch *launch, const IgvmHeader *header,
                          WriteParameter *write, Error **errp)
{
    const IgvmParameter *parameter = header->parameter;
    GByteArray *area = igvm_parameters_area(launch,
                                            le32_get(parameter->index));
    uint32_t offset = le32_get(parameter->offset);
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    write(bytes);
    if (bytes->len > area->len - offset) {
        igvm_launch_error(launch, header, errp, "it has %u bytes, and %u fit "
                          "into the parameter area at 0x%x", bytes->len,
                          area->len - offset, offset);
        return false;
    }
    if (bytes->len) {
        memcpy(area->data + offset, bytes->data, bytes->len);
    }
    return true;
}

static void unref_area(gpointer area)
{
    g_byte_array_unref(area);
}

bool igvm_parameters_make(IgvmLaunch *launch, Error **errp)
{
    IgvmCursor cursor = igvm_launch_headers(launch);
    IgvmHeader header;
    bool ok = true;

    launch->parameters = g_hash_table_new_full(NULL, NULL, NULL, unref_area);
    while (ok && igvm_next(&cursor, &header)) {
        WriteParameter *write = find_write(header.type);

        if (header.type == IGVM_VHT_PARAMETER_AREA) {
            make_area(launch, &header);
        } else if (write) {
            ok = write_to_area(launch, &header, write, errp);
        }
    }
    return ok;
}

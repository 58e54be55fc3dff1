using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging.Vips;

/// <summary>The calls of libvips and GLib that decoding needs. Only <see cref="VipsLibrary"/>, <see cref="VipsImage"/> and <see cref="VipsRegion"/> use them.</summary>
internal static unsafe partial class VipsNative
{
    internal const string Library = "vips";

    /// <summary>GLib's variant; 24 bytes, zeroed before g_value_init.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct GValue
    {
        internal nint Type;
        internal long First;
        internal long Second;
    }

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string program);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    internal static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    internal static partial void SetCacheOperations(int count);

    [LibraryImport(Library, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void BlockOperations(string className, int blocked);

    [LibraryImport(Library, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint SetLogHandler(string domain, int levels, delegate* unmanaged<nint, int, nint, nint, void> handler, nint data);

    [LibraryImport(Library, EntryPoint = "vips_tracked_get_mem")]
    internal static partial nuint TrackedMemory();

    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    internal static partial nint CopyErrors();

    [LibraryImport(Library, EntryPoint = "vips_error_clear")]
    internal static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "g_free")]
    internal static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    internal static partial void Unreference(nint instance);

    [LibraryImport(Library, EntryPoint = "g_value_init")]
    internal static partial nint InitValue(GValue* value, nint type);

    [LibraryImport(Library, EntryPoint = "g_value_unset")]
    internal static partial void UnsetValue(GValue* value);

    [LibraryImport(Library, EntryPoint = "g_value_set_object")]
    internal static partial void SetObject(GValue* value, VipsImage image);

    [LibraryImport(Library, EntryPoint = "g_value_dup_object")]
    internal static partial nint DuplicateObject(GValue* value);

    [LibraryImport(Library, EntryPoint = "vips_value_set_blob")]
    internal static partial void SetBlob(GValue* value, nint free, void* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    internal static partial nint BlobType();

    [LibraryImport(Library, EntryPoint = "vips_image_get_type")]
    internal static partial nint ImageType();

    [LibraryImport(Library, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetProperty(nint instance, string name, GValue* value);

    [LibraryImport(Library, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void GetProperty(nint instance, string name, GValue* value);

    [LibraryImport(Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint NewOperation(string name);

    [LibraryImport(Library, EntryPoint = "vips_object_set_from_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetArguments(nint instance, string arguments);

    [LibraryImport(Library, EntryPoint = "vips_cache_operation_build")]
    internal static partial nint BuildOperation(nint operation);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    internal static partial void UnreferenceOutputs(nint operation);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    internal static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    internal static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    internal static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    internal static partial int Format(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int Interpretation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_orientation")]
    internal static partial int Orientation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_n_pages")]
    internal static partial int Pages(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_set_kill")]
    internal static partial void SetKill(VipsImage image, int kill);

    [LibraryImport(Library, EntryPoint = "vips_region_new")]
    internal static partial nint NewRegion(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_region_fetch")]
    internal static partial nint Fetch(VipsRegion region, int left, int top, int width, int height, out nuint length);
}

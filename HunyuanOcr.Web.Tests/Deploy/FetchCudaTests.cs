using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace HunyuanOcr.Web.Tests.Deploy;

/// <summary>deploy/fetch-cuda.sh with a folder of wheels in the place of the package index.</summary>
public sealed class FetchCudaTests : IDisposable
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "fetch-cuda.sh");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hunyuanocr-cuda-");

    private string Libraries => Path.Combine(_folder.FullName, "libraries");

    public void Dispose() => TestFolder.Delete(_folder.FullName);

    [SkippableFact]
    public async Task The_libraries_of_the_wheels_lie_in_the_folder_and_are_fetched_again_once_one_has_changed()
    {
        await RequirePipAsync();
        OnnxRuntime();
        Wheel("nvidia_cuda_runtime-13.0.96", ["nvidia/cu13/lib/libcudart.so.13"]);
        Wheel("nvidia_cublas-13.1.0", ["nvidia/cu13/lib/libcublas.so.13", "nvidia/cu13/lib/libcublasLt.so.13", "nvidia/cu13/include/cublas.h"]);
        Wheel("nvidia_curand-10.4.0", ["nvidia/cu13/lib/libcurand.so.10"]);
        Wheel("nvidia_cuda_nvrtc-13.0.88", ["nvidia/cu13/lib/libnvrtc.so.13", "nvidia/cu13/lib/libnvrtc-builtins.so.13.0"]);
        Wheel("nvidia_cudnn_cu13-9.14.0", ["nvidia/cudnn/lib/libcudnn.so.9", "nvidia/cudnn/lib/libcudnn_graph.so.9"]);

        Assert.Equal((0, $"{Libraries}: 11 libraries."), await FetchAsync());
        string[] expected =
        [
            "SHA256SUMS", "libcublas.so.13", "libcublasLt.so.13", "libcudart.so.13", "libcudnn.so.9", "libcudnn_graph.so.9", "libcurand.so.10", "libnvrtc-builtins.so.13.0", "libnvrtc.so.13",
            "libonnxruntime.so.1", "libonnxruntime.so.1.31.1", "libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so",
        ];
        Assert.Equal(expected, Directory.EnumerateFiles(Libraries).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        Assert.Equal((0, $"{Libraries} holds what was fetched before; nothing to do."), await FetchAsync());

        await File.AppendAllTextAsync(Path.Combine(Libraries, "libcublas.so.13"), "damage");
        (int code, string said) = await FetchAsync();
        Assert.Equal(0, code);
        Assert.EndsWith("11 libraries.", said, StringComparison.Ordinal);
        Assert.Equal("nvidia/cu13/lib/libcublas.so.13", await File.ReadAllTextAsync(Path.Combine(Libraries, "libcublas.so.13")));
    }

    [SkippableFact]
    public async Task A_wheel_that_is_not_what_its_record_says_is_refused_by_name()
    {
        await RequirePipAsync();
        OnnxRuntime(record: "sha256=of-something-else");
        (int code, string said) = await FetchAsync("--onnxruntime-only");
        Assert.Equal(1, code);
        Assert.Contains("libonnxruntime.so.1.31.1 is not what the wheel's record says", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Libraries, "SHA256SUMS")));
    }

    private static async Task RequirePipAsync()
    {
        using ChildProcess pip = new("/usr/bin/env", ["python3", "-m", "pip", "--version"]);
        Skip.If(await pip.ExitCodeAsync() != 0, "python3 has no pip on this machine: install the Debian package python3-pip.");
    }

    private void OnnxRuntime(string? record = null) => Wheel("onnxruntime_gpu-1.31.1",
        ["onnxruntime/capi/libonnxruntime.so.1.31.1", "onnxruntime/capi/libonnxruntime_providers_cuda.so", "onnxruntime/capi/libonnxruntime_providers_shared.so", "onnxruntime/__init__.py"], record);

    /// <summary>A wheel of files that hold their own names.</summary>
    /// <param name="distribution">Name and version.</param>
    /// <param name="files">Paths in it.</param>
    /// <param name="record">What stands in its record as their hash, if it is not the true one.</param>
    private void Wheel(string distribution, string[] files, string? record = null)
    {
        string[] named = distribution.Split('-');
        using ZipArchive wheel = ZipFile.Open(Path.Combine(_folder.FullName, distribution + "-py3-none-manylinux_2_28_x86_64.whl"), ZipArchiveMode.Create);
        StringBuilder lines = new();
        foreach (string file in files)
        {
            Add(wheel, file, file);
            lines.Append(file).Append(',').Append(record ?? "sha256=" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(file))).TrimEnd('=').Replace('+', '-').Replace('/', '_'))
                .Append(",\n");
        }
        Add(wheel, $"{distribution}.dist-info/METADATA", $"Metadata-Version: 2.1\nName: {named[0]}\nVersion: {named[1]}\n");
        Add(wheel, $"{distribution}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-manylinux_2_28_x86_64\n");
        Add(wheel, $"{distribution}.dist-info/RECORD", lines.ToString());
    }

    private static void Add(ZipArchive wheel, string path, string content)
    {
        using StreamWriter entry = new(wheel.CreateEntry(path).Open());
        entry.Write(content);
    }

    private async Task<(int Code, string LastLine)> FetchAsync(params string[] options)
    {
        Dictionary<string, string> environment = new() { ["PIP_NO_INDEX"] = "1", ["PIP_FIND_LINKS"] = _folder.FullName };
        using ChildProcess fetch = new("/usr/bin/env", ["bash", _script, Libraries, .. options], environment);
        int code = await fetch.ExitCodeAsync(seconds: 300);
        return (code, fetch.Output.Trim().Split('\n')[^1]);
    }
}

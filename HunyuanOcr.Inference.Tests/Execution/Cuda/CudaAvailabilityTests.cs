using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cuda;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>One line that says what is missing, on machines of every kind.</summary>
public class CudaAvailabilityTests
{
    private sealed class Machine : ICudaMachine
    {
        public HashSet<string> Missing { get; } = [];

        public HashSet<string> Files { get; } = ["/ort/libonnxruntime_providers_cuda.so"];

        public List<string> Loaded { get; } = [];

        public (int Version, int Cards, string? Fault) Driven { get; init; } = (13000, 1, null);

        public bool HasFile(string path) => Files.Contains(path);

        public string? LoadFault(string library)
        {
            Loaded.Add(library);
            return Missing.Contains(library) ? $"{library}: cannot open shared object file" : null;
        }

        public (int Version, int Cards, string? Fault) Driver() => Driven;
    }

    private static string? WhyNot(Machine machine) => CudaAvailability.WhyNot(machine, "/ort");

    [Fact]
    public void A_machine_that_has_everything_can_use_CUDA() => Assert.Null(WhyNot(new Machine()));

    [Fact]
    public void Without_the_drivers_library_there_is_no_driver() =>
        Assert.Contains("libcuda.so.1 is missing", WhyNot(new Machine { Missing = { "libcuda.so.1" } }), StringComparison.Ordinal);

    [Theory]
    [InlineData(12080, 1, null, "supports CUDA 12.8, and 13.0 is needed: install driver 580 or later")]
    [InlineData(12080, 0, "no device", "supports CUDA 12.8")]
    [InlineData(13000, 0, "no CUDA-capable device is detected", "does not start: no CUDA-capable device is detected")]
    [InlineData(13010, 0, null, "finds no card")]
    public void The_driver_is_too_old_does_not_start_or_finds_no_card(int version, int cards, string? fault, string expected) =>
        Assert.Contains(expected, WhyNot(new Machine { Driven = (version, cards, fault) }), StringComparison.Ordinal);

    [Fact]
    public void A_missing_build_of_ONNX_Runtime_is_named_with_its_folder()
    {
        var machine = new Machine();
        machine.Files.Clear();
        Assert.Contains("libonnxruntime_providers_cuda.so is missing from /ort: fetch it with deploy/fetch-cuda.sh", WhyNot(machine), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libcudnn.so.9")]
    [InlineData("libcublas.so.13")]
    [InlineData("libcudart.so.13")]
    public void A_missing_library_is_named(string library) =>
        Assert.Contains($"{library} is missing or does not load", WhyNot(new Machine { Missing = { library } }), StringComparison.Ordinal);

    [Fact]
    public void A_library_in_our_folder_goes_before_an_installed_one()
    {
        var machine = new Machine { Files = { "/ort/libcudnn.so.9", "/ort/libcudnn_graph.so.9" } };
        Assert.Null(WhyNot(machine));
        Assert.Contains("/ort/libcudnn.so.9", machine.Loaded);
        Assert.DoesNotContain("libcudnn.so.9", machine.Loaded);
        Assert.Contains("/ort/libcudnn_graph.so.9", machine.Loaded);
        Assert.Contains("libcublas.so.13", machine.Loaded);
    }

    [Theory]
    [InlineData(EngineDevice.Cpu, "cuda", null, "cpu", "The CPU, as the options say.")]
    [InlineData(EngineDevice.Cuda, "cuda", null, "cuda", "CUDA, as the options say.")]
    [InlineData(EngineDevice.Auto, "cuda", null, "cuda", "CUDA, as a card and its libraries are here.")]
    [InlineData(EngineDevice.Auto, "cpu", null, "cpu", "as the model was exported for it. There is a card")]
    [InlineData(EngineDevice.Auto, "cpu", "no driver.", "cpu", "The CPU, as CUDA cannot be used: no driver.")]
    [InlineData(EngineDevice.Auto, null, "no driver.", "cpu", "no driver.")]
    public void The_device_follows_options_model_and_machine_and_says_why(EngineDevice wanted, string? exportedFor, string? whyNot, string target, string reason)
    {
        DeviceChoice choice = DeviceChoice.Make(wanted, exportedFor, () => whyNot);
        Assert.Equal(target, choice.Target);
        Assert.Contains(reason, choice.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EngineDevice.Cuda, "cuda", "Device is cuda, and CUDA cannot be used: no driver.")]
    [InlineData(EngineDevice.Auto, "cuda", "The model was exported for cuda, and CUDA cannot be used: no driver. Without a card, export the model with --target cpu.")]
    public void Where_CUDA_is_needed_and_cannot_be_used_the_reason_is_the_fault(EngineDevice wanted, string exportedFor, string expected) =>
        Assert.Contains(expected, Assert.Throws<OcrConfigurationException>(() => DeviceChoice.Make(wanted, exportedFor, () => "no driver.")).Message, StringComparison.Ordinal);

    [Fact]
    public void Nobody_looks_for_a_card_where_the_options_say_CPU() =>
        Assert.False(DeviceChoice.Make(EngineDevice.Cpu, "cpu", () => throw new InvalidOperationException()).IsCuda);
}

using OnnxExport.Checkpoints;

namespace OnnxExport.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_range_of_a_tensor_is_read_from_its_place()
    {
        string path = TensorFile.Write(folder["a.safetensors"], TensorFile.Header("t", "BF16", "[2,3]", 4, 16), 16);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        StoredTensor tensor = Assert.Single(file.Tensors);
        var bytes = new byte[3];

        tensor.Read(6, bytes);

        Assert.Equal((TensorType.BFloat16, 12L), (tensor.Type, tensor.ByteLength));
        Assert.Equal([2L, 3L], tensor.Shape);
        Assert.Equal([10, 11, 12], bytes);
    }

    [Fact]
    public void An_empty_file_is_refused() =>
        AssertDamaged("", "it has 0 bytes, less than a header");

    [Fact]
    public void A_text_file_is_refused_by_its_header_length() =>
        AssertDamaged("<!DOCTYPE html><html></html>", "its header claims");

    [Fact]
    public void A_file_cut_inside_its_header_is_refused()
    {
        string path = TensorFile.Write(folder["a.safetensors"], TensorFile.Header("t", "F32", "[4]", 0, 16), 16);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]);

        AssertFault(path, "a.safetensors is damaged: its header claims 88 bytes but the file has only 40; the download is incomplete.");
    }

    [Fact]
    public void A_file_cut_inside_its_data_is_refused_with_the_tensor() =>
        AssertFault(TensorFile.Write(folder["a.safetensors"], TensorFile.Header("t", "F32", "[4]", 0, 16), 15),
            "a.safetensors is damaged: tensor t ends at byte 112 but the file has only 111; the download is incomplete.");

    [Theory]
    [InlineData("no json")]
    [InlineData("[1,2]")]
    [InlineData("""{"t":{"dtype":"F32"}}""")]
    [InlineData("""{"t":{"dtype":"F32","shape":"x","data_offsets":[0,4]}}""")]
    public void A_header_that_is_not_of_a_safetensors_file_is_refused(string header) =>
        AssertFault(TensorFile.Write(folder["a.safetensors"], header, 16), "a.safetensors is damaged: its header is not the JSON of a safetensors file.");

    [Theory]
    [InlineData("[4]", 0, 12)]
    [InlineData("[3]", 0, 16)]
    [InlineData("[-4]", 0, 16)]
    [InlineData("[4]", -16, 0)]
    public void A_tensor_that_does_not_fit_its_bytes_is_refused(string shape, int begin, int end) =>
        AssertDamagedHeader(TensorFile.Header("t", "F32", shape, begin, end), "tensor t of shape");

    [Fact]
    public void An_unknown_number_format_is_refused_by_name() =>
        AssertFault(TensorFile.Write(folder["a.safetensors"], TensorFile.Header("t", "F8_E4M3", "[4]", 0, 4), 4),
            "a.safetensors: tensor t has dtype F8_E4M3; supported are BF16, F16 and F32.");

    private void AssertDamaged(string content, string reason)
    {
        File.WriteAllText(folder["a.safetensors"], content);
        Assert.Contains(reason, Open(folder["a.safetensors"]).Message, StringComparison.Ordinal);
    }

    private void AssertDamagedHeader(string header, string reason) =>
        Assert.Contains(reason, Open(TensorFile.Write(folder["a.safetensors"], header, 16)).Message, StringComparison.Ordinal);

    private static void AssertFault(string path, string message) => Assert.Equal(message, Open(path).Message);

    private static CheckpointException Open(string path) => Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
}

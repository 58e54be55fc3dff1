using OnnxExport.Output;

namespace OnnxExport.Tests.Output;

public class DiskSpaceTests
{
    [Fact]
    public void Too_little_room_is_told_with_both_numbers()
    {
        var disk = new DiskSpace(_ => 1_500_000_000);

        var fault = Assert.Throws<ExportException>(() => disk.Demand("models", 4_000_000_001));

        Assert.Equal("Not enough disk space in models: the export needs 4,000,000,001 bytes (4.0 GB), 1,500,000,000 bytes (1.5 GB) are free.", fault.Message);
    }

    [Fact]
    public void Just_enough_room_is_enough() => new DiskSpace(_ => 5).Demand("models", 5);

    [Theory]
    [InlineData(28, true)]
    [InlineData(122, true)]
    [InlineData(unchecked((int)0x80070070), true)]
    [InlineData(5, false)]
    public void A_full_disk_is_told_from_other_faults(int code, bool full) =>
        Assert.Equal(full, DiskSpace.IsFull(new IOException("write failed", code)));

    [Fact]
    public void A_disk_that_filled_up_is_told_with_both_numbers() =>
        Assert.Equal("The disk became full while writing to models: the export needs 2,000,000,000 bytes (2.0 GB); 7 bytes (0.0 MB) are free now that what was written has been removed.",
            new DiskSpace(_ => 7).Full("models", 2_000_000_000).Message);

    [Fact]
    public void The_machine_knows_its_free_bytes() => DiskSpace.Machine.Demand(Path.GetTempPath(), 1);
}

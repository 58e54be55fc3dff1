using OnnxExport.CommandLine;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests.CommandLine;

public class RandomCheckpointCommandTests
{
    [Fact]
    public void A_whole_command_is_read() =>
        Assert.Equal(new RandomCheckpointOptions("out", ConfigurationLayout.Flat, 4, 9, "c.json"),
            RandomCheckpointCommand.Parse("--layout flat --output out --shards 4 --seed 9 --config c.json".Split(' ')));

    [Theory]
    [InlineData("--output out", "--layout is missing; it is one of nested, flat.")]
    [InlineData("--output out --layout flat --shards 0", "--shards is \"0\"; it must be a whole number from 1 to 1000.")]
    [InlineData("--output out --layout flat --seed x", "--seed is \"x\"; it must be a whole number from 0 to 18446744073709551615.")]
    public void A_wrong_command_is_told_what_is_wrong(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => RandomCheckpointCommand.Parse(arguments.Split(' '))).Message);
}

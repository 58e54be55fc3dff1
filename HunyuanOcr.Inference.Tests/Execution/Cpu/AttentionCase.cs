namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

/// <summary>A batch for PagedAttention: random numbers, shuffled blocks, and its answer in double precision.</summary>
internal sealed class AttentionCase
{
    public const float Epsilon = 1e-5f;
    private readonly Random random;

    public AttentionCase(int heads, int keyValueHeads, int headSize, int blockSize, (int Past, int New)[] sequences, int seed = 1)
    {
        random = new Random(seed);
        (Heads, KeyValueHeads, HeadSize, BlockSize, Sequences) = (heads, keyValueHeads, headSize, blockSize, sequences);
        Scale = 1f / MathF.Sqrt(headSize);
        Tokens = sequences.Sum(s => s.New);
        MaxBlocks = sequences.Max(s => Blocks(s.Past + s.New)) + 1;
        BlockCount = sequences.Sum(s => Blocks(s.Past + s.New)) + 3;
        Packed = Numbers(Tokens * (heads + (2 * keyValueHeads)) * headSize);
        Angles = Numbers(Tokens * headSize);
        Cos = [.. Angles.Select(MathF.Cos)];
        Sin = [.. Angles.Select(a => MathF.Sin(a * 1.3f))];
        QueryNorm = Numbers(headSize);
        KeyNorm = Numbers(headSize);
        Keys = Numbers(BlockCount * keyValueHeads * blockSize * headSize);
        Values = Numbers(Keys.Length);
        FillTables();
    }

    public int Heads { get; }

    public int KeyValueHeads { get; }

    public int HeadSize { get; }

    public int BlockSize { get; }

    public (int Past, int New)[] Sequences { get; }

    public float Scale { get; }

    public int Tokens { get; }

    public int MaxBlocks { get; }

    public int BlockCount { get; }

    public float[] Packed { get; }

    public float[] Angles { get; }

    public float[] Cos { get; }

    public float[] Sin { get; }

    public float[] QueryNorm { get; }

    public float[] KeyNorm { get; }

    public float[] Keys { get; }

    public float[] Values { get; }

    public int[] CumulativeLengths { get; private set; } = [];

    public int[] BlockTable { get; private set; } = [];

    public int PackedWidth => (Heads + (2 * KeyValueHeads)) * HeadSize;

    public int Slot(int sequence, int head, int position) =>
        ((((BlockTable[(sequence * MaxBlocks) + (position / BlockSize)] * KeyValueHeads) + head) * BlockSize) + (position % BlockSize)) * HeadSize;

    /// <summary>[Tokens, Heads * HeadSize] and the caches as they must be afterwards.</summary>
    public (double[] Output, double[] Keys, double[] Values) Answer()
    {
        double[] keys = [.. Keys.Select(x => (double)x)], values = [.. Values.Select(x => (double)x)], output = new double[Tokens * Heads * HeadSize];
        for (int sequence = 0; sequence < Sequences.Length; sequence++)
        {
            for (int i = 0; i < Sequences[sequence].New; i++)
            {
                int token = CumulativeLengths[sequence] + i, position = Sequences[sequence].Past + i;
                for (int head = 0; head < KeyValueHeads; head++)
                {
                    Rotated(token, Heads + head, KeyNorm).CopyTo(keys, Slot(sequence, head, position));
                    for (int d = 0; d < HeadSize; d++)
                        values[Slot(sequence, head, position) + d] = Packed[(token * PackedWidth) + ((Heads + KeyValueHeads + head) * HeadSize) + d];
                }
            }

            for (int i = 0; i < Sequences[sequence].New; i++)
                for (int head = 0; head < Heads; head++)
                    Attend(sequence, i, head, keys, values, output);
        }

        return (output, keys, values);
    }

    private void Attend(int sequence, int i, int head, double[] keys, double[] values, double[] output)
    {
        int token = CumulativeLengths[sequence] + i, visible = Sequences[sequence].Past + i + 1, keyHead = head / (Heads / KeyValueHeads);
        double[] query = Rotated(token, head, QueryNorm), scores = new double[visible];
        for (int key = 0; key < visible; key++)
            for (int d = 0; d < HeadSize; d++)
                scores[key] += query[d] * keys[Slot(sequence, keyHead, key) + d] * Scale;
        double greatest = scores.Max(), sum = scores.Sum(s => Math.Exp(s - greatest));
        for (int key = 0; key < visible; key++)
            for (int d = 0; d < HeadSize; d++)
                output[(((token * Heads) + head) * HeadSize) + d] += Math.Exp(scores[key] - greatest) / sum * values[Slot(sequence, keyHead, key) + d];
    }

    private double[] Rotated(int token, int head, float[] weight)
    {
        int half = HeadSize / 2, at = (token * PackedWidth) + (head * HeadSize);
        double[] rotated = new double[HeadSize];
        for (int d = 0; d < HeadSize; d++)
        {
            double turned = d < half ? -Packed[at + d + half] : Packed[at + d - half];
            rotated[d] = ((double)Packed[at + d] * Cos[(token * HeadSize) + d]) + (turned * Sin[(token * HeadSize) + d]);
        }

        double norm = 1 / Math.Sqrt((rotated.Sum(x => x * x) / HeadSize) + Epsilon);
        for (int d = 0; d < HeadSize; d++)
            rotated[d] *= norm * weight[d];
        return rotated;
    }

    private int Blocks(int tokens) => (tokens + BlockSize - 1) / BlockSize;

    private float[] Numbers(int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
            numbers[i] = (random.NextSingle() * 4) - 2;
        return numbers;
    }

    private void FillTables()
    {
        CumulativeLengths = new int[Sequences.Length + 1];
        BlockTable = new int[Sequences.Length * MaxBlocks];
        Array.Fill(BlockTable, -1);
        int[] free = [.. Enumerable.Range(0, BlockCount)];
        random.Shuffle(free);
        int next = 0;
        for (int sequence = 0; sequence < Sequences.Length; sequence++)
        {
            CumulativeLengths[sequence + 1] = CumulativeLengths[sequence] + Sequences[sequence].New;
            for (int i = 0; i < Blocks(Sequences[sequence].Past + Sequences[sequence].New); i++)
                BlockTable[(sequence * MaxBlocks) + i] = free[next++];
        }
    }
}

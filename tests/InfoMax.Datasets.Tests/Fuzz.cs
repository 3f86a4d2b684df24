namespace InfoMax.Datasets.Tests;

/// <summary>Damages a file in many ways and sees that a reader answers each with a <see cref="DatasetException"/> or a result.</summary>
internal static class Fuzz
{
    /// <summary>Cuts the file at the given positions; every cut must fail.</summary>
    public static void EveryCutFails(byte[] whole, IEnumerable<int> lengths, Action<byte[]> read)
    {
        foreach (int length in lengths)
        {
            Exception? thrown = Record.Exception(() => read(whole[..length]));
            thrown.Should().BeOfType<DatasetException>("a file cut to {0} of {1} bytes is no whole file", length, whole.Length);
        }
    }

    /// <summary>Changes random bytes, inserts, removes and cuts; nothing but a <see cref="DatasetException"/> may come out.</summary>
    public static void OnlyDatasetExceptions(byte[] whole, int rounds, Action<byte[]> read)
    {
        var random = new Random(20260801);
        for (int round = 0; round < rounds; round++)
        {
            List<byte> damaged = [.. whole];
            int changes = random.Next(1, 5);
            for (int c = 0; c < changes && damaged.Count > 1; c++)
            {
                // Half of the damage goes where the headers are.
                int at = random.Next(random.Next(2) == 0 ? damaged.Count : Math.Min(64, damaged.Count));
                switch (random.Next(4))
                {
                    case 0:
                        damaged[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        damaged[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 2:
                        damaged.Insert(at, (byte)random.Next(256));
                        break;
                    default:
                        damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at));
                        break;
                }
            }

            byte[] bytes = [.. damaged];
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? thrown = Record.Exception(() => read(bytes));
            if (thrown is not null)
            {
                thrown.Should().BeOfType<DatasetException>("damage of round {0} must not look like anything else", round);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before)
                .Should().BeLessThan(64 << 20, "a small file must not cost much memory (round {0})", round);
        }
    }
}

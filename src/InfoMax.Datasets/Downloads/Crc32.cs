namespace InfoMax.Datasets;

/// <summary>CRC-32, the checksum of zip entries and PNG chunks. The zip reader of .NET does not check it.</summary>
internal struct Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];
    private uint _inverse;

    /// <summary>The checksum of the bytes so far.</summary>
    public readonly uint Value => _inverse;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint state = ~_inverse;
        foreach (byte value in bytes)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        _inverse = ~state;
    }

    private static uint Entry(int index) =>
        Enumerable.Range(0, 8).Aggregate((uint)index, (value, _) => (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1);
}

using System.Buffers.Binary;
using System.Text;
using InfoMax.Tests.Support;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Weights;

/// <summary>
/// Files that anyone may have made: each is read or refused with one kind of exception, and costs no more than it is worth.
/// </summary>
public sealed class SafetensorsHeaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Headers => new()
    {
        { """[]""", "begins with" },
        { """ {}""", "begins with" },
        { """{""", "JSON" },
        { """{}x""", "JSON" },
        { """{} {}""", "JSON" },
        { """{}/* */""", "JSON" },
        { """{"a":1}""", "object" },
        { """{"a":null}""", "object" },
        { """{"":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "empty" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],}}""", "JSON" },
        { """{"a":{"dtype":"U8","shape":[4]}}""", "found less" },
        { """{"a":{"dtype":"U8","data_offsets":[0,4]}}""", "found less" },
        { """{"a":{"shape":[4],"data_offsets":[0,4]}}""", "found less" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4]}}""", "found less" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", "at most 2" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}}""", "more" },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two" },
        { """{"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}}""", "two" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u0061":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "twice" },
        { """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "F8_E4M3" },
        { """{"a":{"dtype":"u8","shape":[4],"data_offsets":[0,4]}}""", "dtype" },
        { """{"a":{"dtype":1,"shape":[4],"data_offsets":[0,4]}}""", "string" },
        { """{"a":{"dtype":null,"shape":[4],"data_offsets":[0,4]}}""", "string" },
        { """{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", "array" },
        { """{"a":{"dtype":"U8","shape":["4"],"data_offsets":[0,4]}}""", "numbers" },
        { """{"a":{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}}""", "JSON" },
        { """{"a":{"dtype":"U8","shape":[{}],"data_offsets":[0,4]}}""", "JSON" },
        { """{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", "whole numbers" },
        { """{"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}}""", "whole numbers" },
        { """{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "whole numbers" },
        { """{"a":{"dtype":"U8","shape":[-2,-2],"data_offsets":[0,4]}}""", "whole numbers" },
        { """{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}}""", "whole numbers" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551616]}}""", "whole numbers" },
        { """{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,4]}}""", "fits in memory" },
        { """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "fits in memory" },
        { """{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", "fits in memory" },
        { """{"a":{"dtype":"U8","shape":[4611686018427387904],"data_offsets":[0,4611686018427387904]}}""", "truncated" },
        { """{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "truncated" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "1 more" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "found it at 1" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,3]}}""", "expected 4 bytes" },
        { """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}""", "expected 16 bytes" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "in order" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""",
            "found it at 1" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""",
            "found it at 0" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""",
            "found it at 3" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[9,9]}}""",
            "found it at 9" },
        { """{"__metadata__":[],"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "object" },
        { """{"__metadata__":{"x":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "string" },
        { """{"__metadata__":{"x":"1","x":"2"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "twice" },
        { """{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two" },
        { """{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "JSON" },
        { """{}""", "4 more" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid " +
        "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n", "git lfs pull")]
    [InlineData("/annex/objects/SHA256E-s12--4d7a214614.safetensors\n", "git annex get")]
    public void Open_PointerInPlaceOfTheFile_SaysHowToGetIt(string text, string command)
    {
        string path = _folder.File();
        File.WriteAllText(path, text);
        FluentActions.Invoking(() => SafetensorsFile.Open(path)).Should().Throw<CheckpointException>().WithMessage(
            $"*pointer in place of the file*{command}*");
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void Open_HeaderThatIsWrong_SaysWhatIs(string header, string part)
    {
        string path = _folder.File(MinimalSafetensors.File(header, [1, 0, 1, 0]));
        FluentActions.Invoking(() => SafetensorsFile.Open(path)).Should().Throw<CheckpointException>().WithMessage(
            $"*{part}*").Which.Path.Should().Be(path);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}       """)]
    [InlineData("""{"a":{"data_offsets":[0,4],"shape":[2,1,2],"dtype":"BOOL"},"__metadata__":{"k":"v"}}""")]
    [InlineData(
        """{"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"c":{"dtype":"F32","shape":[0,9],"data_offsets":[4,4]},""" +
        """ "a":{"dtype":"F32","shape":[4,0],"data_offsets":[0,0]}}""")]
    public void Open_HeaderThatIsUnusualButValid_IsRead(string header)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File(MinimalSafetensors.File(header, [1, 0, 1, 0])));
        using var scope = NewDisposeScope();
        file.LoadAll().Values.Sum(t => t.numel() * t.element_size()).Should().Be(4);
    }

    [Fact]
    public void Load_BoolThatIsNeitherZeroNorOne_Throws()
    {
        using SafetensorsFile file = SafetensorsFile.Open(
            _folder.File(MinimalSafetensors.File("""{"a":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}""", [0, 1, 2, 0])));
        file.Invoking(f => f.Load("a")).Should().Throw<CheckpointException>().WithMessage("*0 or 1*");
    }

    [Fact]
    public void Open_NestingAndManyDimensions_AreRefused()
    {
        foreach (string header in new[]
        {
            "{\"a\":" + new string('[', 100_000),
            string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + string.Join(',', Enumerable.Repeat(1, 65)) + "],\"data_offsets\":[0,1]}}",
        })
        {
            FluentActions.Invoking(
                () => SafetensorsFile.Open(_folder.File(MinimalSafetensors.File(header, [1])))).Should().Throw<CheckpointException>();
        }
    }

    [Fact]
    public void Open_LengthOfTheHeaderThatIsWrong_CostsNoMemory()
    {
        byte[] file = MinimalSafetensors.File("{}");
        foreach (ulong length in new ulong[] { 0, 1, 3, 100, 99_999_999, 100_000_000, 100_000_001, 1UL << 40, 1UL << 63, ulong.MaxValue })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file, length);
            string path = _folder.File(file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            FluentActions.Invoking(() => SafetensorsFile.Open(path)).Should().Throw<CheckpointException>();
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
        }
    }

    [Fact]
    public void Open_WhatIsNoFile_Throws()
    {
        FluentActions.Invoking(() => SafetensorsFile.Open(_folder.Path)).Should().Throw<CheckpointException>().WithMessage("*folder*");
        FluentActions.Invoking(() => SafetensorsFile.Open(_folder.File("none"))).Should().Throw<CheckpointException>().WithMessage(
            "*nothing*");
        FluentActions.Invoking(() => SafetensorsFile.Open(_folder.File([]))).Should().Throw<CheckpointException>().WithMessage("*empty*");
        FluentActions.Invoking(() => SafetensorsFile.Open(_folder.File([1, 2, 3]))).Should().Throw<CheckpointException>().WithMessage(
            "*truncated*");
        if (OperatingSystem.IsLinux())
        {
            FluentActions.Invoking(() => SafetensorsFile.Open("/dev/zero")).Should().Throw<CheckpointException>();
        }
    }

    [Fact]
    public void Open_EveryCut_Throws()
    {
        byte[] whole = Sample();
        for (int length = 0; length < whole.Length; length++)
        {
            FluentActions.Invoking(() => SafetensorsFile.Open(_folder.File(whole[..length]))).Should().Throw<CheckpointException>(
                "a file cut to {0} is no whole file", length);
        }

        FluentActions.Invoking(() => SafetensorsFile.Open(_folder.File([.. whole, 0]))).Should().Throw<CheckpointException>();
    }

    [Fact]
    public void OpenAndLoad_ThousandsOfDamagedFiles_ReadOrThrowOneException()
    {
        byte[] whole = Sample();
        int header = (int)BitConverter.ToInt64(whole, 0);
        var random = new Random(20260801);
        int read = 0, refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            List<byte> damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                Damage(damaged, random, header + 16, whole.Length - header - 8);
            }

            string path = _folder.File([.. damaged]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? thrown = Record.Exception(() =>
            {
                using var scope = NewDisposeScope();
                using SafetensorsFile file = SafetensorsFile.Open(path);
                file.LoadAll().Values.Sum(t => t.numel() * t.element_size()).Should().BeLessThan(damaged.Count);
            });
            _ = thrown is null ? read++ : refused++;
            if (thrown is not null)
            {
                thrown.Should().BeOfType<CheckpointException>("damage of round {0} must not look like anything else", round);
                thrown.Message.Length.Should().BeLessThan(2000);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(
                4 << 20, "a small file must not cost much memory (round {0})", round);
        }

        read.Should().BeGreaterThan(50, "damage to data and to names is not all seen");
        refused.Should().BeGreaterThan(1500);
    }

    private static void Damage(List<byte> bytes, Random random, int headerEnd, int dataLength)
    {
        int at = random.Next(random.Next(4) == 0 ? bytes.Count : Math.Min(headerEnd, bytes.Count));
        string[] tokens = ["0", "9", "-", "18446744073709551616", "9223372036854775807", "[", "]", "{", "}", ",", ":", "\"", "null", "1e9",
            "\\u0000", "\\ud800", "\u00e9", "F64", "a"];
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
                break;
            case 3:
                byte[] token = Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]);
                for (int i = 0; i < token.Length && at + i < bytes.Count; i++)
                {
                    bytes[at + i] = token[i];
                }

                break;
            default:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at - 1));
                break;
        }

        // Half of the time the length is put right again, so that the damage gets as far as it can.
        if (random.Next(2) == 0 && bytes.Count > 8)
        {
            byte[] length = BitConverter.GetBytes((long)Math.Max(0, bytes.Count - 8 - dataLength));
            for (int i = 0; i < 8; i++)
            {
                bytes[i] = length[i];
            }
        }
    }

    private byte[] Sample()
    {
        using var scope = NewDisposeScope();
        SafetensorsFile.Write(
            _folder.File("sample"),
            new Dictionary<string, Tensor>
            {
                ["conv.weight"] = ones(2, 3),
                ["flag"] = ones(5, ScalarType.Bool),
                ["count"] = ones([], ScalarType.Int64),
                ["none"] = empty(0, 3),
                ["half"] = ones(3, ScalarType.BFloat16),
            },
            new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(_folder.File("sample"));
    }
}

using System.Text.Json;
using InfoMax.Tests.Support;
using InfoMax.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Weights;

/// <summary>What is written comes back, and is what the format says.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ScalarType, string, int> DTypes => new()
    {
        { ScalarType.Float64, "F64", 8 }, { ScalarType.Float32, "F32", 4 }, { ScalarType.Float16, "F16", 2 },
            { ScalarType.BFloat16, "BF16", 2 },
        { ScalarType.Int64, "I64", 8 }, { ScalarType.Int32, "I32", 4 }, { ScalarType.Int16, "I16", 2 }, { ScalarType.Int8, "I8", 1 },
        { ScalarType.Byte, "U8", 1 }, { ScalarType.Bool, "BOOL", 1 },
    };

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Write_EveryDTypeAndShape_ComesBackBitForBit(ScalarType dtype, string name, int size)
    {
        Tensor all = randn([6, 5, 4], generator: new Generator(1)).mul(50).to(dtype);
        var tensors = new Dictionary<string, Tensor>
        {
            ["whole"] = all,
            ["transposed"] = all.transpose(0, 2),
            ["strided"] = all.slice(0, 1, 6, 2)[TensorIndex.Colon, 3],
            ["expanded"] = all[0, 0, 0].expand(3, 2),
            ["scalar"] = all[1, 2, 3],
            ["empty"] = empty([0, 7], dtype),
            ["nothing"] = empty([0], dtype),
        };
        SafetensorsFile.Write(_folder.File(), tensors);

        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        Dictionary<string, Tensor> read = file.LoadAll();
        read.Keys.Should().BeEquivalentTo(tensors.Keys);
        foreach ((string key, Tensor tensor) in tensors)
        {
            file.Tensors[key].DType.Should().Be(dtype);
            SafetensorsTypes.SizeOf(dtype).Should().Be(size);
            file.Tensors[key].Shape.Should().Equal(tensor.shape);
            read[key].dtype.Should().Be(dtype);
            read[key].shape.Should().Equal(tensor.shape);
            read[key].is_contiguous().Should().BeTrue();
            Same(read[key], tensor).Should().BeTrue("{0} must come back", key);
            using Tensor one = file.Load(key);
            Same(one, tensor).Should().BeTrue();
        }

        var independent = MinimalSafetensors.Parse(File.ReadAllBytes(_folder.File()));
        independent["transposed"].DType.Should().Be(name);
        independent["transposed"].Shape.Should().Equal(4, 5, 6);
        independent["transposed"].Data.Should().Equal(all.transpose(0, 2).contiguous().bytes.ToArray());
    }

    [Fact]
    public void Write_SpecialNumbers_KeepTheirBits()
    {
        Tensor numbers = tensor(new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon,
            BitConverter.Int32BitsToSingle(0x7FC12345) });
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["x"] = numbers });
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Load("x").bytes.ToArray().Should().Equal(numbers.bytes.ToArray());
    }

    [Fact]
    public void Write_LargerThanAChunk_ComesBack()
    {
        Tensor large = arange(9_000_001, ScalarType.Int32);
        SafetensorsFile.Write(
            _folder.File(), new Dictionary<string, Tensor> { ["large"] = large, ["half"] = large.slice(0, 0, 9_000_000, 2) });
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        Same(file.Load("large"), large).Should().BeTrue();
        Same(file.Load("half"), large.slice(0, 0, 9_000_000, 2)).Should().BeTrue();
    }

    [Fact]
    public void Write_MixedDTypes_AlignsEveryTensorAndLeavesNoHole()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = ones(3, ScalarType.Byte),
            ["b"] = ones(3, ScalarType.Float64),
            ["c"] = ones(3, ScalarType.Float16),
            ["d"] = ones(3, ScalarType.Float32),
            ["e"] = ones(1, ScalarType.Bool),
        };
        SafetensorsFile.Write(_folder.File(), tensors);
        byte[] bytes = File.ReadAllBytes(_folder.File());
        long header = BitConverter.ToInt64(bytes, 0);
        (header % 8).Should().Be(0);
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, (int)header));
        long at = 0;
        foreach (JsonProperty entry in json.RootElement.EnumerateObject())
        {
            JsonElement offsets = entry.Value.GetProperty("data_offsets");
            offsets[0].GetInt64().Should().Be(at);
            (at % tensors[entry.Name].element_size()).Should().Be(0);
            at = offsets[1].GetInt64();
        }

        (8 + header + at).Should().Be(bytes.Length);
    }

    [Fact]
    public void Write_Metadata_ComesBack()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note \"1\""] = "Ünïcödé 🐦\n\0", [""] = "" };
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["größe.\"x\""] = ones(1) }, metadata);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Metadata.Should().BeEquivalentTo(metadata);
        file.Tensors.Keys.Should().Equal("größe.\"x\"");
    }

    [Fact]
    public void Write_Nothing_IsAValidFile()
    {
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor>());
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Tensors.Should().BeEmpty();
        file.LoadAll().Should().BeEmpty();
    }

    [Fact]
    public void Write_SameTensors_SameBytes()
    {
        Tensor a = ones(3), b = zeros(2, ScalarType.Int64);
        SafetensorsFile.Write(_folder.File("1"), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b });
        SafetensorsFile.Write(_folder.File("2"), new Dictionary<string, Tensor> { ["b"] = b, ["a"] = a });
        File.ReadAllBytes(_folder.File("1")).Should().Equal(File.ReadAllBytes(_folder.File("2")));
    }

    [Fact]
    public void Write_OverAnOpenFile_LeavesTheOpenOneAsItWas()
    {
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["a"] = ones(3) });
        using SafetensorsFile old = SafetensorsFile.Open(_folder.File());
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["b"] = zeros(5) });
        Same(old.Load("a"), ones(3)).Should().BeTrue();
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Tensors.Keys.Should().Equal("b");
        Directory.GetFiles(_folder.Path).Should().ContainSingle("no temporary file stays");
    }

    [Fact]
    public void Write_WhatCannotBeHeld_IsRefusedBeforeTheFileIsTouched()
    {
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["a"] = ones(3) });
        byte[] before = File.ReadAllBytes(_folder.File());
        Tensor disposed = ones(1);
        disposed.Dispose();
        foreach ((string name, Tensor tensor) in new[]
        {
            ("", ones(1)), ("__metadata__", ones(1)), ("\uD800", ones(1)), ("gone", disposed), (
                "complex", ones(1, ScalarType.ComplexFloat32)), ("sparse", ones(2, 2).to_sparse()),
        })
        {
            Action write = () =>
                SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["good"] = ones(1), [name] = tensor });
            write.Should().Throw<ArgumentException>(name);
        }

        Action metadata = () =>
            SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["x"] = "\uDC00" });
        metadata.Should().Throw<ArgumentException>();
        File.ReadAllBytes(_folder.File()).Should().Equal(before);
        Directory.GetFiles(_folder.Path).Should().ContainSingle();
    }

    [Fact]
    public void Write_NoSuchFolderOrAFolder_Throws()
    {
        Action noFolder = () =>
            SafetensorsFile.Write(Path.Combine(_folder.Path, "none", "x"), new Dictionary<string, Tensor> { ["a"] = ones(3) });
        noFolder.Should().Throw<CheckpointException>().Which.Path.Should().EndWith("x");
        Action folder = () => SafetensorsFile.Write(_folder.Path, new Dictionary<string, Tensor> { ["a"] = ones(3) });
        folder.Should().Throw<CheckpointException>().WithMessage("*folder*");
        Directory.GetFileSystemEntries(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public void Load_UnknownNameOrClosedFile_Throws()
    {
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["a"] = ones(3) });
        SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Invoking(f => f.Load("b")).Should().Throw<ArgumentException>();
        file.Dispose();
        file.Invoking(f => f.Load("a")).Should().Throw<ObjectDisposedException>();
        file.Invoking(f => f.LoadAll()).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void WriteAndLoad_ManyTimes_LeaveNoTensors()
    {
        Tensor a = randn(4, 5).requires_grad_(), b = a.t();
        LiveTensors.ShouldNotGrow(10, () =>
        {
            SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b });
            using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
            foreach (Tensor tensor in file.LoadAll().Values)
            {
                tensor.requires_grad.Should().BeFalse();
                tensor.Dispose();
            }
        });
    }

    private static bool Same(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.bytes.SequenceEqual(b.contiguous().bytes);
    }
}

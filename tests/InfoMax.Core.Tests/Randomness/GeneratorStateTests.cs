using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Randomness;

/// <summary>libtorch ends the process over some of these states and reads past the end of others: they must not reach it.</summary>
public sealed class GeneratorStateTests
{
    [Theory]
    [InlineData(8, 0, "0 words left")] // how many words are left
    [InlineData(8, 625, "625 words left")]
    [InlineData(8, -1, "-1 words left")]
    [InlineData(12, 0, "0 for whether it has been seeded")]
    [InlineData(16, 625, "word 625 next")] // the place of the next word
    [InlineData(16, 500, "word 500 next, and 604 left")]
    [InlineData(20, 1, "word 4294967317 next")] // its upper half
    [InlineData(5040, 2, "flag")]
    [InlineData(5052, 2, "flag")]
    public void Set_OfWhatCannotBeAState_IsRefusedAndLeavesTheGenerator(int offset, int value, string why)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3), other = new(3);
        rand(21, generator: generator); // the next word is the 21st
        rand(21, generator: other);
        byte[] bytes = [.. generator.get_state().data<byte>()];
        BitConverter.GetBytes(value).CopyTo(bytes, offset);
        FluentActions.Invoking(() => GeneratorState.Set(generator, tensor(bytes), "state")).Should().Throw<ArgumentException>()
            .WithMessage($"*{why}*").Which.ParamName.Should().Be("state");
        rand(5, generator: generator).Equals(rand(5, generator: other)).Should().BeTrue();
    }

    [Fact]
    public void Set_OfAnyStateOfAGenerator_GoesOnAsThatOneDid()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3), other = new(4);
        for (int drawn = 0; drawn < 1300; drawn += 13)
        {
            GeneratorState.Set(other, generator.get_state(), "state");
            Tensor next = drawn % 2 == 0 ? rand(13, generator: generator) : randn([13], generator: generator);
            (drawn % 2 == 0 ? rand(13, generator: other) : randn([13], generator: other)).Equals(next).Should().BeTrue();
        }
    }

    [Fact]
    public void Set_OfAThousandMutatedStates_RefusesOrDraws()
    {
        using var generator = new Generator(3);
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            using var scope = NewDisposeScope();
            generator.manual_seed(i);
            rand(random.Next(700), generator: generator);
            byte[] bytes = [.. generator.get_state().data<byte>()];
            // Where the numbers are that matter, and anywhere.
            bytes[i % 2 == 0 ? random.Next(24) : random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                GeneratorState.Set(generator, tensor(bytes), "state");
                rand(1300, generator: generator).isfinite().all().item<bool>().Should().BeTrue();
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(100, 600);
    }
}

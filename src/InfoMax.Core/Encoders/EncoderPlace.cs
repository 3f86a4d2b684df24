using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>Where an encoder is, and the dtype of its numbers: a batch goes there before it is encoded.</summary>
internal readonly record struct EncoderPlace(Device Device, ScalarType DType)
{
    /// <summary>The place of an encoder's parameters; the CPU and float32 for one without any.</summary>
    public static EncoderPlace Of(Encoder encoder)
    {
        Parameter? first = encoder.parameters().FirstOrDefault();
        return new EncoderPlace(first?.device ?? CPU, first?.dtype ?? ScalarType.Float32);
    }

    /// <summary>A batch on the encoder's device and of its dtype; indices keep theirs.</summary>
    public Tensor Take(Tensor batch) => batch.is_floating_point() ? batch.to(DType, Device) : batch.to(Device);
}

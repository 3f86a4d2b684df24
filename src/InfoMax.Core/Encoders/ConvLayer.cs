namespace InfoMax.Encoders;

/// <summary>One convolution of a <see cref="ConvEncoder"/>; batch normalisation and ReLU follow it.</summary>
/// <param name="Channels">Output channels, 1 or more.</param>
/// <param name="Kernel">Side of the square kernel in pixels, 1 or more.</param>
/// <param name="Stride">Step in pixels, 1 or more.</param>
/// <param name="Padding">Zero padding on each side in pixels, 0 or more.</param>
public sealed record ConvLayer(int Channels, int Kernel, int Stride, int Padding);

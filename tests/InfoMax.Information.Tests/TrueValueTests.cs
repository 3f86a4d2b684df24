using InfoMax.Foundation;
using InfoMax.Information.Tasks;
using TorchSharp;

namespace InfoMax.Information.Tests;

/// <summary>Known values against closed forms computed elsewhere, and the list of the suite.</summary>
public sealed class TrueValueTests
{
    [Theory]
    [InlineData("gaussian-1d-0.4133nats", 0.4133)]
    [InlineData("uniform-1x1", 0.4133)]
    [InlineData("bimodal-1x1", 0.4133)]
    [InlineData("wiggly-1x1", 0.4133)]
    [InlineData("half-cube-1x1", 0.4133)]
    [InlineData("swiss-roll-2x1", 0.4133)]
    [InlineData("additive-uniform-0.1", 1.7094)]
    [InlineData("additive-uniform-0.75", 0.3333)]
    [InlineData("normal-dense-2x2-0.5", 0.2939)]
    [InlineData("normal-dense-3x3-0.5", 0.4133)]
    [InlineData("normal-dense-5x5-0.5", 0.5928)]
    [InlineData("normal-dense-25x25-0.5", 1.2922)]
    [InlineData("normal-dense-50x50-0.5", 1.6243)]
    [InlineData("normal-2pair-2x2-0.8", 1.0217)]
    [InlineData("normal-2pair-3x3-0.8", 1.0217)]
    [InlineData("normal-2pair-5x5-0.8", 1.0217)]
    [InlineData("normal-2pair-25x25-0.8", 1.0217)]
    [InlineData("cdf-normal-2pair-3x3-0.8", 1.0217)]
    [InlineData("cdf-normal-2pair-5x5-0.8", 1.0217)]
    [InlineData("cdf-normal-2pair-25x25-0.8", 1.0217)]
    [InlineData("half-cube-normal-2pair-3x3-0.8", 1.0217)]
    [InlineData("half-cube-normal-2pair-5x5-0.8", 1.0217)]
    [InlineData("half-cube-normal-2pair-25x25-0.8", 1.0217)]
    [InlineData("spiral-normal-2pair-3x3-0.8", 1.0217)]
    [InlineData("spiral-normal-2pair-5x5-0.8", 1.0217)]
    [InlineData("spiral-normal-2pair-25x25-0.8", 1.0217)]
    [InlineData("spiral-cdf-normal-2pair-3x3-0.8", 1.0217)]
    [InlineData("spiral-cdf-normal-2pair-5x5-0.8", 1.0217)]
    [InlineData("spiral-cdf-normal-2pair-25x25-0.8", 1.0217)]
    [InlineData("student-1x1-dof1", 0.2242)]
    [InlineData("asinh-student-1x1-dof1", 0.2242)]
    [InlineData("student-2x2-dof1", 0.4319)]
    [InlineData("asinh-student-2x2-dof1", 0.4319)]
    [InlineData("student-2x2-dof2", 0.1931)]
    [InlineData("student-3x3-dof2", 0.2909)]
    [InlineData("asinh-student-3x3-dof2", 0.2909)]
    [InlineData("student-3x3-dof3", 0.1787)]
    [InlineData("student-5x5-dof2", 0.4482)]
    [InlineData("asinh-student-5x5-dof2", 0.4482)]
    [InlineData("student-5x5-dof3", 0.2985)]
    public void TrueValue_OfEachTaskOfTheSuite_IsThePublishedOne(string name, double nats)
    {
        MutualInformationTask task = BeyondNormal.CreateTasks().Single(t => t.Name == name);
        task.TrueValue.Should().BeApproximately(nats, 0.00005);
    }

    [Fact]
    public void CreateTasks_Always_GivesTheFortyTasksWithDifferentNamesAndTheirDimensions()
    {
        IReadOnlyList<MutualInformationTask> tasks = BeyondNormal.CreateTasks();
        tasks.Should().HaveCount(40);
        tasks.Select(t => t.Name).Should().OnlyHaveUniqueItems();
        foreach (MutualInformationTask task in tasks.Where(t => t.Name.Contains('x')))
        {
            task.Name.Should().Contain($"{task.XDimensions}x{task.YDimensions}");
        }
    }

    [Theory]
    [InlineData(2, 0.4258)]
    [InlineData(4, 0.5742)]
    [InlineData(6, 0.6717)]
    [InlineData(8, 0.7421)]
    [InlineData(10, 0.7951)]
    public void ForInformation_TwentyDimensions_GivesTheKnownCorrelationAndBack(double nats, double correlation)
    {
        CorrelatedGaussianTask task = CorrelatedGaussianTask.ForInformation(20, nats);
        task.Correlation.Should().BeApproximately(correlation, 0.00005);
        task.TrueValue.Should().Be(nats);
        task.Name.Should().Be($"gaussian-20d-{nats}nats");
        new CorrelatedGaussianTask(20, task.Correlation).TrueValue.Should().BeApproximately(nats, 1e-12);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(-0.9)]
    public void TrueValue_OfTheSameNormalVectorsInTwoForms_IsTheSame(double correlation)
    {
        var covariance = new double[,]
        {
            { 4, 0, 2 * 3 * correlation, 0 },
            { 0, 1, 0, correlation },
            { 2 * 3 * correlation, 0, 9, 0 },
            { 0, correlation, 0, 1 },
        };
        new MultivariateNormalTask(covariance, 2).TrueValue.Should().BeApproximately(
            new CorrelatedGaussianTask(2, correlation).TrueValue, 1e-12);
    }

    [Fact]
    public void TrueValue_OfAdditiveNoise_IsContinuousAtOneHalf() =>
        new AdditiveUniformNoiseTask(0.5).TrueValue.Should().BeApproximately(
            new AdditiveUniformNoiseTask(Math.BitIncrement(0.5)).TrueValue, 1e-12);

    [Fact]
    public void TrueValue_OfStudentTWithManyDegreesOfFreedom_GoesToZero()
    {
        new StudentTTask(2, 3, 1e4).TrueValue.Should().BeInRange(1e-9, 1e-6);
        new StudentTTask(2, 3, 0.5).TrueValue.Should().BeGreaterThan(new StudentTTask(2, 3, 1).TrueValue);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.4616)]
    [InlineData(7.25)]
    [InlineData(11.999)]
    [InlineData(12)]
    [InlineData(300.5)]
    [InlineData(1e6)]
    public void SpecialFunctions_Anywhere_AreThoseOfTheTensorLibrary(double x)
    {
        using var scope = torch.NewDisposeScope();
        double digamma = torch.special.digamma(torch.tensor(x)).item<double>();
        double logGamma = torch.special.gammaln(torch.tensor(x)).item<double>();
        SpecialFunctions.Digamma(x).Should().BeApproximately(digamma, 1e-13 * Math.Max(1, Math.Abs(digamma)));
        SpecialFunctions.LogGamma(x).Should().BeApproximately(logGamma, 1e-13 * Math.Max(1, Math.Abs(logGamma)));
    }
}

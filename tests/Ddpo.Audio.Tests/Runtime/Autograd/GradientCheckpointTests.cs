using Ddpo.Audio.Adapters;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.Autograd;
using Ddpo.Audio.Runtime.Ops;
using Ddpo.Audio.Tests.Adapters;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Runtime.Autograd;

public sealed class GradientCheckpointTests
{
    [Theory]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.BFloat16, true)]
    public void A_UNets_gradients_are_the_same_bit_for_bit(ScalarType dtype, bool isLora)
    {
        using var scope = NewDisposeScope();
        using var golden = LoraFixture.Open("scaled");
        using var unet = UNetFixture.Base(dtype);
        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder("scaled"), "peft"));
        using var adapter = isLora ? LoraAdapter.Attach(unet, weights) : null;
        var learned = adapter?.NamedParameters.Select(named => named.Parameter).ToList() ?? [.. unet.parameters().Select(parameter => (Parameter)parameter.requires_grad_(true))];
        var sample = golden["sample"].requires_grad_(true);

        var (output, expected) = Gradients();
        unet.GradientCheckpointing = true;
        var (recomputed, found) = Gradients();

        Assert.True(Same(output, recomputed));
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected.Zip(found), pair => Assert.True(Same(pair.First, pair.Second)));

        (Tensor Output, List<Tensor> Gradients) Gradients()
        {
            Tensor[] all = [sample, .. learned];
            Array.ForEach(all, tensor => tensor.grad = null);
            var predicted = UNetFixture.Run(unet, golden, new Dictionary<string, Tensor> { ["sample"] = sample });
            predicted.to(ScalarType.Float32).square().mean().backward();
            return (predicted.detach(), [.. all.Select(tensor => tensor.grad!.clone())]);
        }
    }

    [Fact]
    public void The_part_runs_without_gradients_first_and_once_more_with_them()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(tensor(3.0f));
        var modes = new List<bool>();
        var result = GradientCheckpoint.Run(
            input =>
            {
                modes.Add(is_grad_enabled());
                return input * weight;
            },
            tensor(2.0f));

        Assert.Equal([false], modes);
        Assert.True(result.requires_grad);
        result.backward();
        Assert.Equal([false, true], modes);
        Assert.Equal(2, weight.grad!.item<float>());
    }

    [Fact]
    public void A_part_that_learns_nothing_is_no_trouble()
    {
        using var scope = NewDisposeScope();
        using var weight = new Parameter(tensor(3.0f));
        var constant = GradientCheckpoint.Run(input => input.square(), tensor(2.0f));
        (constant * weight).backward();
        Assert.Equal(4, weight.grad!.item<float>());
    }

    [Fact]
    public void Gradients_may_be_asked_for_on_a_thread_without_scopes_and_without_gradients()
    {
        using var weight = new Parameter(tensor(3.0f));
        var input = tensor(2.0f).requires_grad_(true);
        var result = GradientCheckpoint.Run(value => value.square() * weight, input);
        var thread = new Thread(() =>
        {
            using var none = no_grad();
            result.backward();
        });
        thread.Start();
        thread.Join();

        Assert.Equal(4, weight.grad!.item<float>());
        Assert.Equal(12, input.grad!.item<float>());
        result.Dispose();
        input.Dispose();
    }

    [Fact]
    public async Task What_fails_inside_of_a_backward_pass_reaches_the_one_who_awaits_the_work()
    {
        await using var worker = new TorchWorker("test");
        var runs = 0;
        var went = 0;
        await Assert.ThrowsAsync<InvalidDataException>(() => worker.RunAsync(() =>
        {
            using var gradients = enable_grad();
            using var weight = new Parameter(tensor(3.0f));
            var result = GradientCheckpoint.Run(input => ++runs > 1 ? throw new InvalidDataException("no") : input * weight, tensor(2.0f));
            result.backward();
            Assert.Null(weight.grad);
            Assert.Throws<InvalidDataException>(CurrentWork.ThrowIfStopped); // before anything is made of gradients that are not whole
            return ++went;
        }));
        Assert.Equal((2, 1), (runs, went));
        Assert.Equal(3, await worker.RunAsync(() => 3));
    }

    [Fact]
    public async Task Work_that_is_cancelled_inside_of_a_backward_pass_is_cancelled()
    {
        await using var worker = new TorchWorker("test");
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.RunAsync(
            () =>
            {
                using var gradients = enable_grad();
                using var weight = new Parameter(tensor(3.0f));
                var result = GradientCheckpoint.Run(
                    input =>
                    {
                        CurrentWork.ThrowIfStopped();
                        return input * weight;
                    },
                    tensor(2.0f));
                cancel.Cancel();
                result.backward();
                return 0;
            },
            cancel.Token));
    }

    [Fact]
    public async Task Gradients_survive_the_garbage_collector_and_leave_nothing_behind()
    {
        await using var worker = new TorchWorker("test");
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        var counts = new List<long>();
        for (var round = 0; round < 3; round++)
        {
            await worker.RunAsync(() =>
            {
                using var gradients = enable_grad();
                for (var i = 0; i < 100; i++)
                {
                    using var step = NewDisposeScope();
                    var input = ones(64).requires_grad_(true);
                    var hidden = input;
                    for (var part = 0; part < 4; part++)
                    {
                        hidden = GradientCheckpoint.Run(value => (value * value).Multiply(0.5), hidden);
                    }

                    hidden.sum().backward();
                    Assert.Equal(1f / (1 << 11), input.grad![0].item<float>()); // 16 x^15 / 2^15 at 1
                }
            });
            counts.Add(TensorCount.Total);
        }

        await stop.CancelAsync();
        await collecting;
        Assert.Equal(counts[1], counts[2]);
    }

    private static bool Same(Tensor one, Tensor other) => one.dtype == other.dtype && one.contiguous().bytes.SequenceEqual(other.contiguous().bytes);
}

namespace TorchSharp.Modules;

public partial class AdamW
{
    /// <summary>A parameter's running averages; they live until the optimizer is disposed.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public torch.Tensor exp_avg = null!;
        public torch.Tensor exp_avg_sq = null!;
        public torch.Tensor? max_exp_avg_sq;

        public State(Parameter parameter) : base(parameter)
        {
        }

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            exp_avg = Zeros();
            exp_avg_sq = Zeros();
            if (((Options)options).amsgrad == true)
                max_exp_avg_sq = Zeros();
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var from = (State)source;
            step = from.step;
            exp_avg.copy_(from.exp_avg);
            exp_avg_sq.copy_(from.exp_avg_sq);
            if (from.max_exp_avg_sq is not null)
                (max_exp_avg_sq ??= Zeros()).copy_(from.max_exp_avg_sq);
        }

        public override void to(torch.Device device)
        {
            exp_avg = Move(exp_avg, device);
            exp_avg_sq = Move(exp_avg_sq, device);
            if (max_exp_avg_sq is not null)
                max_exp_avg_sq = Move(max_exp_avg_sq, device);
        }

        public void Dispose()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        private torch.Tensor Zeros()
        {
            using var quiet = torch.no_grad();
            return torch.zeros_like(_parameter).DetachFromDisposeScope();
        }

        private static torch.Tensor Move(torch.Tensor tensor, torch.Device device) =>
            tensor.to(device, disposeAfter: true).DetachFromDisposeScope();
    }
}

namespace TorchSharp.Modules;

/// <summary>What optimizers have in common: groups, states and their dictionaries.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    protected OptimizerOptions _defaults = new();
    private readonly Dictionary<Parameter, OptimizerState> _states = new(ReferenceEqualityComparer.Instance);

    public OptimizerHelper() : base(IntPtr.Zero)
    {
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var indices = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(_states[parameter]);
            }
            dictionary.StateIndexRef.Add(indices);
        }
        return dictionary;
    }

    /// <summary>Takes the options and states of an optimizer with the same groups.</summary>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        if (state_dict.Options.Count != _parameter_groups.Count)
            throw new ArgumentException("loaded state dict has a different number of parameter groups");
        for (var i = 0; i < _parameter_groups.Count; i++)
        {
            var (group, indices) = (_parameter_groups[i], state_dict.StateIndexRef[i]);
            var parameters = group.Parameters.ToArray();
            if (parameters.Length != indices.Count)
                throw new ArgumentException("loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
            group.Options.LoadStateDict(state_dict.Options[i]);
            for (var j = 0; j < parameters.Length; j++)
                _states[parameters[j]].LoadStateDict(state_dict.State[indices[j]]);
        }
    }

    public void to(torch.Device device)
    {
        foreach (var state in _states.Values)
            state.to(device);
    }

    public override IEnumerable<Parameter> parameters() => base.parameters();

    public override void zero_grad() => base.zero_grad();

    public override void add_param_group(ParamGroup param_group) => base.add_param_group(param_group);

    /// <summary>Evaluates the closure with gradients and then runs the body on every group without.</summary>
    protected torch.Tensor? _step<T>(Action<T> body, Func<torch.Tensor>? loss_closure = null) where T : ParamGroup
    {
        torch.Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var gradients = torch.enable_grad();
            loss = loss_closure();
        }
        using var quiet = torch.no_grad();
        foreach (var group in _parameter_groups.Cast<T>())
            body(group);
        return loss;
    }

    private protected void AddState(Parameter parameter, OptimizerState state) => _states.Add(parameter, state);

    private protected OptimizerState StateOf(Parameter parameter) => _states[parameter];

    private protected void DisposeStates()
    {
        foreach (var state in _states.Values.OfType<IDisposable>())
            state.Dispose();
        _states.Clear();
    }
}

namespace Declarative.RabbitMq;

/// <summary>
/// Decides whether a publish goes to the broker or to the buffer, so that nothing overtakes what is buffered: the gate opens only when
/// the buffer was seen empty and nothing is on its way into it. It is closed at start, since an earlier process may have left something.
/// </summary>
internal sealed class SendGate
{
    private readonly Lock _lock = new();
    private Publisher? _open;
    private TaskCompletionSource? _turn;
    private TaskCompletionSource? _quiet;
    private int _keeping;
    private bool _hasKept;
    private bool _isNext;

    /// <summary>Whether publishes go to the broker.</summary>
    public bool IsOpen => Volatile.Read(ref _open) is not null;

    /// <summary>The publisher; or null, after which the messages must be kept and <see cref="Kept"/> be called.</summary>
    public async ValueTask<Publisher?> EnterAsync()
    {
        while (true)
        {
            Task turn;
            lock (_lock)
            {
                if (_open is { } publisher)
                    return publisher;
                if (_turn is null || _isNext)
                {
                    _isNext = false;
                    _keeping++;
                    return null;
                }

                turn = _turn.Task;
            }

            await turn.ConfigureAwait(false);
        }
    }

    /// <summary>Messages that were to be sent must be kept after all: closes the gate; <see cref="Kept"/> must be called.</summary>
    public void Fail(Publisher publisher)
    {
        lock (_lock)
        {
            if (_open == publisher)
                _open = null;
            _keeping++;
        }
    }

    /// <summary>Messages are in the buffer, or could not be put there.</summary>
    public void Kept()
    {
        lock (_lock)
        {
            _hasKept = true;
            if (--_keeping == 0)
                _quiet?.TrySetResult();
        }
    }

    /// <summary>The buffer is about to be read.</summary>
    public void Reading()
    {
        lock (_lock)
            _hasKept = false;
    }

    /// <summary>
    /// The buffer is being sent: publishes wait, and each <see cref="LetOne"/> lets one batch of them into the buffer. Else a steady
    /// stream could fill it faster than it is sent, and the gate would never open.
    /// </summary>
    public void HoldBack()
    {
        lock (_lock)
        {
            if (_open is null)
                _turn ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets one batch into the buffer.</summary>
    public void LetOne()
    {
        lock (_lock)
        {
            if (_turn is null)
                return;
            _isNext = true;
            _turn.TrySetResult();
            _turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Opens the gate, if nothing came into the buffer since <see cref="Reading"/>.</summary>
    public bool TryOpen(Publisher publisher)
    {
        lock (_lock)
        {
            if (_keeping > 0 || _hasKept)
                return false;
            _open = publisher;
            LetGo();
            return true;
        }
    }

    /// <summary>Publishes go to the buffer, those that were held back too.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _open = null;
            LetGo();
        }
    }

    /// <summary>Ends when nothing is on its way into the buffer.</summary>
    public Task QuietAsync()
    {
        lock (_lock)
        {
            if (_keeping == 0)
                return Task.CompletedTask;
            if (_quiet is null || _quiet.Task.IsCompleted)
                _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    /// <summary>Ends <see cref="HoldBack"/>.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            _isNext = false;
            _turn?.TrySetResult();
            _turn = null;
        }
    }
}

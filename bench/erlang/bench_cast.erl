%% One process sends numbers to another: on one scheduler, on two, and two senders at once.
%%
%% Nothing limits the sender but the scheduler, which is how Erlang programs send; the receiver adds
%% the numbers and answers when it has seen all of them. Across schedulers the queue of the receiver
%% lies off its heap, which is the faster setting there and the slower one on a single scheduler.
-module(bench_cast).
-export([same/1, across/1, two_senders/1]).

same(Options) ->
    play(Options, 1, [1], []).

across(Options) ->
    play(Options, 2, [1], [{message_queue_data, off_heap}]).

two_senders(Options) ->
    play(Options, 2, [1, 2], [{message_queue_data, off_heap}]).

play(#{count := Count}, ReceiverScheduler, SenderSchedulers, QueueOptions) ->
    Each = Count div length(SenderSchedulers),
    fun() ->
        Main = self(),
        Total = Each * length(SenderSchedulers),
        Receive = fun() -> receiver(Main, Total, 0) end,
        Receiver = bench_main:on(ReceiverScheduler, Receive, QueueOptions),
        Send = fun() -> sender(Receiver, Each) end,
        Senders = [bench_main:on(Scheduler, Send) || Scheduler <- SenderSchedulers],
        {Seconds, Sum} = bench_main:seconds(fun() ->
            [Sender ! go || Sender <- Senders],
            receive {sum, Sum} -> Sum end
        end),
        {Sum, [{"rate", Total / Seconds}]}
    end.

receiver(Main, 0, Sum) ->
    Main ! {sum, Sum};
receiver(Main, Left, Sum) ->
    receive {add, By} -> receiver(Main, Left - 1, Sum + By) end.

sender(Receiver, Count) ->
    receive go -> send(Receiver, Count) end.

send(_, 0) ->
    ok;
send(Receiver, Left) ->
    Receiver ! {add, (Left - 1) band 7},
    send(Receiver, Left - 1).

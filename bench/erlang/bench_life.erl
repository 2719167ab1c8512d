%% What processes cost: born, told one thing and gone; idle; and many of them under load.
-module(bench_life).
-export([spawned/1, memory/1, scale/1]).

%% Spawn, one message, exit. The child's answer is how the parent knows that the message was
%% handled.
spawned(#{count := Count}) ->
    fun() ->
        Main = self(),
        bench_main:on(1, fun() ->
            receive go -> Main ! {sum, spawn_each(Count, 0)} end
        end) ! go,
        {Seconds, Sum} = bench_main:seconds(fun() -> receive {sum, Sum} -> Sum end end),
        {Sum, [{"rate", Count / Seconds}]}
    end.

spawn_each(0, Sum) ->
    Sum;
spawn_each(Left, Sum) ->
    Child = spawn_opt(fun() -> receive {From, By} -> From ! By end end, [{scheduler, 1}]),
    Child ! {self(), (Left - 1) band 7},
    receive By -> spawn_each(Left - 1, Sum + By) end.

%% Bytes of one idle process that holds a small state, as the runtime itself accounts for it.
memory(#{count := Count}) ->
    fun() ->
        Before = erlang:memory(processes),
        Processes = [spawn(fun() -> adder(0, none) end) || _ <- lists:seq(1, Count)],
        [erlang:garbage_collect(Process) || Process <- Processes],
        Bytes = (erlang:memory(processes) - Before) / Count,
        [exit(Process, kill) || Process <- Processes],
        {length(Processes), [{"bytes", Bytes}]}
    end.

%% One sender, many receivers, all on one scheduler: in turn, then in a random order that the tuple
%% of targets holds. Handled messages are counted in one counter, as on the other side.
scale(#{count := Count, actors := Actors}) ->
    Counter = counters:new(1, []),
    Processes = [
        spawn_opt(fun() -> adder(0, Counter) end, [link, {scheduler, 1}])
     || _ <- lists:seq(1, Actors)
    ],
    InTurn = list_to_tuple(Processes),
    _ = rand:seed(exsss, 42),
    AtRandom = list_to_tuple([element(rand:uniform(Actors), InTurn) || _ <- lists:seq(1, Count)]),
    fun() ->
        {Turn, First} = load(Counter, InTurn, Count),
        {Random, Second} = load(Counter, AtRandom, Count),
        {First + Second, [{"turn", Turn * 1.0e9 / Count}, {"random", Random * 1.0e9 / Count}]}
    end.

adder(Sum, Counter) ->
    receive
        {add, By} ->
            Counter =:= none orelse counters:add(Counter, 1, By),
            adder(Sum + By, Counter)
    end.

load(Counter, Targets, Count) ->
    Main = self(),
    Start = counters:get(Counter, 1),
    Wanted = Start + bench_main:masked_sum(Count),
    Sender = bench_main:on(1, fun() ->
        receive go -> ok end,
        send(Targets, tuple_size(Targets), Count),
        wait(Counter, Wanted),
        Main ! done
    end),
    {Seconds, _} = bench_main:seconds(fun() -> Sender ! go, receive done -> ok end end),
    {Seconds, counters:get(Counter, 1) - Start}.

send(_, _, 0) ->
    ok;
send(Targets, Size, Left) ->
    element((Left rem Size) + 1, Targets) ! {add, (Left - 1) band 7},
    send(Targets, Size, Left - 1).

%% The sender yields until the last receiver on its scheduler has run.
wait(Counter, Wanted) ->
    case counters:get(Counter, 1) of
        Wanted -> ok;
        _ -> erlang:yield(), wait(Counter, Wanted)
    end.

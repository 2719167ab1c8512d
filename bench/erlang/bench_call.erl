%% gen_server:call: one call after the other, and 1000 callers at once, on one scheduler and on
%% two.
%%
%% A caller of Erlang waits for its answer, so "1000 in flight" are 1000 processes that call.
-module(bench_call).
-behaviour(gen_server).
-export([same/1, across/1, init/1, handle_call/3, handle_cast/2]).

-define(CALLERS, 1000).

init([]) -> {ok, 0}.
handle_call({echo, Value}, _From, Calls) -> {reply, Value + 1, Calls + 1}.
handle_cast(_, Calls) -> {noreply, Calls}.

same(Options) -> play(Options, 1).
across(Options) -> play(Options, 2).

play(#{count := Count, flight := Flight}, ServerScheduler) ->
    On = [{spawn_opt, [{scheduler, ServerScheduler}]}],
    {ok, Server} = gen_server:start_link(?MODULE, [], On),
    Callers = min(?CALLERS, Flight),
    fun() ->
        {Alone, First} = callers(Server, 1, Count),
        {Together, Second} = callers(Server, Callers, Flight div Callers),
        Calls = Callers * (Flight div Callers),
        {First + Second, [{"sequential", Count / Alone}, {"flight", Calls / Together}]}
    end.

%% Starts the callers, lets them begin together, and waits for the sums of what they were answered.
callers(Server, Callers, Each) ->
    Main = self(),
    Processes = [
        bench_main:on(1, fun() -> receive go -> Main ! {sum, call(Server, Each, 0)} end end)
     || _ <- lists:seq(1, Callers)
    ],
    bench_main:seconds(fun() ->
        [Process ! go || Process <- Processes],
        lists:sum([receive {sum, Sum} -> Sum end || _ <- Processes])
    end).

call(_, 0, Sum) -> Sum;
call(Server, Left, Sum) ->
    Answer = gen_server:call(Server, {echo, (Left - 1) band 7}),
    call(Server, Left - 1, Sum + Answer).

%% Cigarette smokers: an arbiter hands out what one smoker lacks, who smokes before the next.
-module(savina_cigarette_smokers).
-export([run/1]).

%% The suite's bounds of how long a cigarette lasts, in steps of busy waiting.
-define(PERIOD_MIN, 10).
-define(PERIODS, 1000).

run(#{count := Rounds, actors := Actors, seed := Seed}) ->
    fun() ->
        Main = self(),
        Smokers = [spawn_link(fun() -> smoker(Main, 0) end) || _ <- lists:seq(1, Actors)],
        spawn_link(fun() ->
            arbiter(list_to_tuple(Smokers), savina_random:seed(Seed), Rounds),
            [Smoker ! leave || Smoker <- Smokers]
        end),
        savina_total:sum(Actors)
    end.

arbiter(_, _, 0) ->
    ok;
arbiter(Smokers, Random, Left) ->
    {Index, Drawn} = savina_random:below(tuple_size(Smokers), Random),
    {Period, Next} = savina_random:below(?PERIODS, Drawn),
    element(Index + 1, Smokers) ! {smoke, ?PERIOD_MIN + Period, self()},
    receive started -> arbiter(Smokers, Next, Left - 1) end.

%% Tells that it has started before it smokes, so that the arbiter can go on meanwhile.
smoker(Total, Sum) ->
    receive
        {smoke, Period, Arbiter} ->
            Arbiter ! started,
            smoker(Total, Sum + savina_busy:wait(Period));
        leave ->
            savina_total:report(Total, Sum)
    end.

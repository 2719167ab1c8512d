%% Producer-consumer: a manager with a bounded buffer between many who make and many who use.
%%
%% A producer makes an item when it is asked for one; the manager asks for the next as long as its
%% buffer has room, and hands items to consumers that have nothing to do.
-module(savina_producer_consumer).
-export([run/1]).

run(#{count := Items, producers := Producers, consumers := Consumers} = Sizes) ->
    #{buffer := Room, steps := Steps} = Sizes,
    fun() ->
        Main = self(),
        Manager = spawn_link(fun() -> manager(Room, Producers, Consumers) end),
        [Manager ! {available, spawn_link(fun() -> consumer(Manager, Main, Steps, 0) end)}
         || _ <- lists:seq(1, Consumers)],
        [spawn_link(fun() -> producer(Manager, Place * Items, Items, Steps) end) ! produce
         || Place <- lists:seq(0, Producers - 1)],
        savina_total:sum(Consumers)
    end.

manager(Room, Producers, Consumers) ->
    manager(Room, queue:new(), 0, queue:new(), queue:new(), Producers, Consumers).

%% Stored items and how many; consumers that wait for an item; producers that wait for room.
manager(Room, Items, Stored, Idle, Held, Producers, Consumers) ->
    receive
        {item, Item, Producer} ->
            case queue:out(Idle) of
                {{value, Consumer}, Others} ->
                    Consumer ! {consume, Item},
                    Producer ! produce,
                    manager(Room, Items, Stored, Others, Held, Producers, Consumers);
                {empty, _} when Stored + 1 < Room ->
                    Producer ! produce,
                    Queued = queue:in(Item, Items),
                    manager(Room, Queued, Stored + 1, Idle, Held, Producers, Consumers);
                {empty, _} ->
                    Queued = queue:in(Item, Items),
                    Waiting = queue:in(Producer, Held),
                    manager(Room, Queued, Stored + 1, Idle, Waiting, Producers, Consumers)
            end;
        {available, Consumer} when Stored > 0 ->
            {{value, Item}, Left} = queue:out(Items),
            Consumer ! {consume, Item},
            Waiting = resume(queue:out(Held)),
            manager(Room, Left, Stored - 1, Idle, Waiting, Producers, Consumers);
        {available, Consumer} when Producers > 0 ->
            Waiting = queue:in(Consumer, Idle),
            manager(Room, Items, Stored, Waiting, Held, Producers, Consumers);
        {available, Consumer} ->
            Consumer ! finish,
            Consumers > 1 andalso
                manager(Room, Items, Stored, Idle, Held, Producers, Consumers - 1);
        finished when Producers > 1 ->
            manager(Room, Items, Stored, Idle, Held, Producers - 1, Consumers);
        finished ->
            [Consumer ! finish || Consumer <- queue:to_list(Idle)],
            Left = Consumers - queue:len(Idle),
            Left > 0 andalso manager(Room, Items, Stored, queue:new(), Held, 0, Left)
    end.

resume({{value, Producer}, Held}) -> Producer ! produce, Held;
resume({empty, Held}) -> Held.

producer(Manager, _, 0, _) ->
    receive produce -> Manager ! finished end;
producer(Manager, First, Left, Steps) ->
    receive
        produce ->
            Manager ! {item, process(First + Left, Steps), self()},
            producer(Manager, First, Left - 1, Steps)
    end.

consumer(Manager, Total, Steps, Sum) ->
    receive
        {consume, Item} ->
            Processed = process(Item, Steps),
            Manager ! {available, self()},
            consumer(Manager, Total, Steps, Sum + Processed);
        finish ->
            savina_total:report(Total, Sum)
    end.

%% The suite's work on an item: so many logarithms of random numbers, here in thousandths.
process(Item, Steps) -> process(savina_random:seed(Item), Steps, 0.0).

process(_, 0, Sum) ->
    round(-1000 * Sum);
process(Random, Left, Sum) ->
    Next = savina_random:next(Random),
    process(Next, Left - 1, Sum + math:log(Next / 4294967296 + 0.01)).

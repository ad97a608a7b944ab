---- tern: disable-tx ---- 
alter table orders drop column note;
---- create above / drop below ----
-- nothing can be done
